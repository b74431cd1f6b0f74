namespace Unmask.Imaging;

/// <summary>
/// A picture: 8-bit sRGB pixels, row by row, R G B within a pixel (HWC). Plain managed memory that nobody changes: nothing to dispose,
/// safe to share between threads.
/// </summary>
public sealed partial class Image
{
    private readonly byte[] _pixels;

    private Image(int width, int height, byte[] pixels)
    {
        Width = width;
        Height = height;
        _pixels = pixels;
    }

    /// <summary>Pixels in a row, at least 1.</summary>
    public int Width { get; }

    /// <summary>Rows, at least 1.</summary>
    public int Height { get; }

    /// <summary>All samples, 0-255: Height × Width × 3, the sample of channel c at (x, y) is at <c>3·(y·Width + x) + c</c>.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels;

    /// <summary>The same samples as <see cref="Pixels"/>, for code that must keep a reference.</summary>
    public ReadOnlyMemory<byte> Memory => _pixels;

    /// <summary>The colour at column x and row y, counted from the top left corner.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside of the picture.</exception>
    public Rgb this[int x, int y]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)x, (uint)Width, nameof(x));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)y, (uint)Height, nameof(y));
            var at = 3 * (y * Width + x);
            return new(_pixels[at], _pixels[at + 1], _pixels[at + 2]);
        }
    }

    /// <summary>Makes a picture from a copy of samples in the layout of <see cref="Pixels"/>.</summary>
    /// <param name="width">At least 1.</param>
    /// <param name="height">At least 1.</param>
    /// <param name="pixels">Height × Width × 3 samples.</param>
    /// <exception cref="ArgumentException">The number of samples does not fit the size.</exception>
    public static Image FromPixels(int width, int height, ReadOnlySpan<byte> pixels)
    {
        CheckSize(width, height);
        if (pixels.Length != 3L * width * height)
            throw new ArgumentException($"A picture of {width} × {height} has {3L * width * height} samples (R, G, B); {pixels.Length} were given.", nameof(pixels));
        return new(width, height, pixels.ToArray());
    }

    /// <summary>Makes a picture of one colour.</summary>
    public static Image Filled(int width, int height, Rgb color)
    {
        CheckSize(width, height);
        var pixels = GC.AllocateUninitializedArray<byte>(checked(3 * width * height));
        PixelRows.Fill(pixels, color);
        return new(width, height, pixels);
    }

    /// <summary>«640 × 480».</summary>
    public override string ToString() => $"{Width} × {Height}";

    /// <summary>Takes over an array that nobody else keeps.</summary>
    internal static Image Adopt(int width, int height, byte[] pixels) => new(width, height, pixels);

    private static void CheckSize(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
    }
}
