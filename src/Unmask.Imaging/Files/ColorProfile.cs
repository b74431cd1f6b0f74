using System.Buffers.Binary;

namespace Unmask.Imaging;

/// <summary>The ICC profile that a picture carries.</summary>
/// <param name="Matters">Whether it belongs to the picture's own colour space and does more than sRGB would.</param>
internal readonly unsafe record struct ColorProfile(bool Matters)
{
    private const string Field = "icc-profile-data";
    private const int HeaderBytes = 128;

    // A profile that moves no colour by more than this is sRGB under another name. Such pictures keep their pixels bit for bit,
    // which is what a classifier was trained on.
    private const int GreyLevels = 2;
    private const int GridSteps = 9;

    private const uint Gray = 0x47524159, Rgb = 0x52474220, Cmyk = 0x434D594B; // "GRAY", "RGB ", "CMYK"

    /// <summary>Looks at the embedded profile. One of another colour space (an RGB profile in a grey file) is ignored, as viewers do.</summary>
    public static ColorProfile? Of(VipsHandle picture)
    {
        if (Vips.TypeOf(picture, Field) == 0 || Vips.GetBlob(picture, Field, out var data, out var length) != 0 || length < HeaderBytes) return null;
        var space = BinaryPrimitives.ReadUInt32BigEndian(new ReadOnlySpan<byte>((void*)data, HeaderBytes)[16..]);
        return (Vips.Bands(picture) - Vips.HasAlpha(picture), space) switch
        {
            (1, Gray) or (4, Cmyk) => new(true),
            (3, Rgb) => new(!IsSrgb(data, length)),
            _ => null,
        };
    }

    private static bool IsSrgb(nint profile, nuint length)
    {
        var grid = Grid();
        fixed (byte* colors = grid)
        {
            using var picture = Encoder.Borrow(colors, GridSteps * GridSteps, GridSteps, 3);
            Vips.SetBlob(picture, Field, profile, length);
            using var converted = SourceColors.ThroughProfile(picture);
            var result = Decoder.Read(converted).Pixels;
            for (var i = 0; i < grid.Length; i++)
                if (Math.Abs(result[i] - grid[i]) > GreyLevels)
                    return false;
            return true;
        }
    }

    private static byte[] Grid()
    {
        var grid = new byte[3 * GridSteps * GridSteps * GridSteps];
        for (int i = 0, at = 0; at < grid.Length; i++, at += 3)
            (grid[at], grid[at + 1], grid[at + 2]) = (Level(i), Level(i / GridSteps), Level(i / GridSteps / GridSteps));
        return grid;

        static byte Level(int i) => (byte)(i % GridSteps * 255 / (GridSteps - 1));
    }
}
