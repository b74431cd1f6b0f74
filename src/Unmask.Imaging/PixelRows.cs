namespace Unmask.Imaging;

/// <summary>Moves and fills rows of interleaved RGB samples.</summary>
internal static class PixelRows
{
    public static void Fill(Span<byte> samples, Rgb color)
    {
        if (color.R == color.G && color.G == color.B)
        {
            samples.Fill(color.R);
            return;
        }
        for (var i = 0; i < samples.Length; i += 3)
            (samples[i], samples[i + 1], samples[i + 2]) = (color.R, color.G, color.B);
    }

    public static void ReversePixels(ReadOnlySpan<byte> from, Span<byte> to)
    {
        for (int i = 0, j = to.Length - 3; j >= 0; i += 3, j -= 3)
            from.Slice(i, 3).CopyTo(to[j..]);
    }
}
