namespace Unmask.Imaging;

/// <summary>Turns pixels into the bytes of a file.</summary>
internal static unsafe class Encoder
{
    private const int Quality = 90;

    // Higher levels of zlib gain 2 % and take twice as long.
    private const int PngCompression = 4;

    // 144 dots an inch: the size at which a document or a slide shows the picture at first.
    private const double PixelsPerMillimetre = 144 / 25.4;

    public static ImageFormat FormatOf(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".PNG" => ImageFormat.Png,
        ".JPG" or ".JPEG" => ImageFormat.Jpeg,
        ".WEBP" => ImageFormat.WebP,
        var other => throw new ArgumentException(
            $"'{path}' cannot be written: {(other.Length == 0 ? "it has no extension" : $"there is no writer for {other.ToLowerInvariant()}")}. Use .png, .jpg or .webp.", nameof(path)),
    };

    public static byte[] Encode(Image image, ImageFormat format, IReadOnlyDictionary<string, string>? text)
    {
        var file = Encode(image, format);
        return format == ImageFormat.Png && text is { Count: > 0 } ? PngText.Insert(file, text) : file;
    }

    private static byte[] Encode(Image image, ImageFormat format) =>
        VipsCalls.Run(() =>
        {
            fixed (byte* pixels = image.Pixels)
            {
                using var picture = Borrow(pixels, image.Width, image.Height, 3);
                using var save = Configure(format).With("in", picture);
                return save.RunToBytes();
            }
        });

    /// <summary>Lends pinned pixels to libvips as an sRGB picture.</summary>
    public static VipsHandle Borrow(byte* pixels, int width, int height, int bands)
    {
        using var bare = VipsHandle.Adopt(
            Vips.ImageFromMemory(pixels, (nuint)((long)width * height * bands), width, height, bands, VipsBandFormat.Byte), "image");
        using var label = new VipsOperation("copy").With("in", bare).With("interpretation", (int)VipsInterpretation.Srgb)
            .With("xres", PixelsPerMillimetre).With("yres", PixelsPerMillimetre);
        return label.Run();
    }

    private static VipsOperation Configure(ImageFormat format) => format switch
    {
        ImageFormat.Png => new VipsOperation("pngsave_buffer").With("compression", PngCompression).With("filter", VipsArgument.PngFilterPaeth).With("keep", VipsArgument.KeepNothing),
        ImageFormat.Jpeg => new VipsOperation("jpegsave_buffer").With("Q", Quality).With("optimize-coding", true)
            .With("subsample-mode", 2).With("keep", VipsArgument.KeepNothing),
        ImageFormat.WebP => new VipsOperation("webpsave_buffer").With("Q", Quality).With("keep", VipsArgument.KeepNothing),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Png, Jpeg or WebP."),
    };
}
