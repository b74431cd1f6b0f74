namespace Unmask;

/// <summary>What an in-painter is shown: byte levels of the kept pixels, red first, and the mask.</summary>
/// <param name="Height">In pixels.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Levels">Three planes, 0 to 255; meaningless where hidden, unless filled.</param>
/// <param name="Kept">1 = kept, 0 = hidden.</param>
internal sealed record KeptPicture(int Height, int Width, float[] Levels, float[] Kept)
{
    /// <summary>The same picture with its holes filled harmonically; <c>null</c> when nothing is kept.</summary>
    public KeptPicture? Filled() => HarmonicSystem.Of(Kept, Width) is { } system
        ? this with { Levels = system.Solve(Levels, new(AxisOrder.ChannelsFirst, [3, Height, Width]), HarmonicSystem.GuideTolerance) }
        : null;
}

/// <summary>Resizes a picture of which only part is known: each new pixel is the mean of the kept ones under it, weighted by area, and kept where they cover at least half of it.</summary>
internal static class KeptResize
{
    private const double LeastCover = 0.5;

    /// <summary>The kept pixels of a model's input at another size.</summary>
    public static KeptPicture Run(ModelInput input, ReadOnlySpan<float> keep, int height, int width)
    {
        var layout = input.Layout;
        var (fromHeight, fromWidth) = layout.Spatial;
        var picture = new KeptPicture(height, width, new float[3 * height * width], new float[height * width]);
        Span<double> sums = stackalloc double[3];
        for (int place = 0; place < picture.Kept.Length; place++)
        {
            double top = (double)(place / width) * fromHeight / height, bottom = (double)((place / width) + 1) * fromHeight / height;
            double left = (double)(place % width) * fromWidth / width, right = (double)((place % width) + 1) * fromWidth / width;
            sums.Clear();
            double kept = 0, all = 0;
            for (int y = (int)top; y < Math.Min(fromHeight, Math.Ceiling(bottom)); y++)
            {
                for (int x = (int)left; x < Math.Min(fromWidth, Math.Ceiling(right)); x++)
                {
                    double area = (Math.Min(bottom, y + 1) - Math.Max(top, y)) * (Math.Min(right, x + 1) - Math.Max(left, x));
                    all += area;
                    if (keep[(y * fromWidth) + x] != 0)
                    {
                        kept += area;
                        AddLevels(sums, input, y, x, area);
                    }
                }
            }

            Write(picture, place, sums, kept, kept >= LeastCover * all);
        }

        return picture;
    }

    private static void AddLevels(Span<double> sums, ModelInput input, int y, int x, double area)
    {
        bool reversed = input.Preprocessing.ChannelOrder == ChannelOrder.Bgr;
        for (int channel = 0; channel < 3; channel++)
        {
            sums[reversed ? 2 - channel : channel] += area * input.Preprocessing.LevelOf(input.Values[input.Layout.IndexOf(channel, y, x)], channel);
        }
    }

    private static void Write(KeptPicture picture, int place, ReadOnlySpan<double> sums, double area, bool kept)
    {
        picture.Kept[place] = kept ? 1 : 0;
        for (int channel = 0; channel < 3 && kept; channel++)
        {
            picture.Levels[(channel * picture.Kept.Length) + place] = (float)(sums[channel] / area);
        }
    }
}
