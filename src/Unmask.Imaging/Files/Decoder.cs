using System.Globalization;

namespace Unmask.Imaging;

/// <summary>Turns the bytes of a file into upright 8-bit sRGB pixels.</summary>
internal static unsafe class Decoder
{
    // Pixels leave libvips in strips of about this size, so that its own copies stay small and in the processor's cache.
    private const int StripBytes = 256 << 10;

    /// <param name="file">The whole file.</param>
    /// <param name="name">What to call it in messages, usually its path.</param>
    /// <param name="options">The limits.</param>
    /// <exception cref="ImageFormatException">The bytes are not a picture that can be read; the message says what they are and why.</exception>
    public static Image Decode(ReadOnlyMemory<byte> file, string name, DecodeOptions options)
    {
        if (file.IsEmpty) throw new ImageFormatException($"'{name}' is empty (0 bytes); a picture was asked for.");
        var kind = FileKind.Of(file.Span);
        if (kind.Loader is null)
            throw new ImageFormatException($"'{name}' is not a picture that Unmask reads: it seems to be {kind.Name}. It reads {FileKind.Readable}.{Advice(kind)}");
        if (!VipsOperation.Exists(kind.Loader)) throw new ImageFormatException($"'{name}' is {kind.Name}, which the libvips found here was built without.");
        try
        {
            return VipsCalls.Run(() => Decode(file.Span, name, kind, options));
        }
        catch (VipsException e)
        {
            throw new ImageFormatException($"'{name}' is {kind.Name}, but it is {Damage.Describe(kind, file.Span, e.Message)} ({Detail(e.Message)}). Make or download the file again.", e);
        }
    }

    private static Image Decode(ReadOnlySpan<byte> file, string name, FileKind kind, DecodeOptions options)
    {
        fixed (byte* first = file)
        {
            using var header = Open(kind, first, file.Length, randomAccess: false);
            Limits.Check(header, name, kind, options);
            var upright = Vips.Orientation(header) <= 1;
            // A picture to turn is needed out of order, so it is decoded as a whole.
            using var picture = upright ? header : Open(kind, first, file.Length, randomAccess: true);
            using var srgb = SourceColors.ToSrgb(picture);
            if (upright) return Read(srgb);
            using var turn = new VipsOperation("autorot").With("in", srgb);
            using var turned = turn.Run();
            return Read(turned);
        }
    }

    private static VipsHandle Open(FileKind kind, byte* file, int length, bool randomAccess)
    {
        using var load = new VipsOperation(kind.Loader!);
        return load.WithPinned("buffer", file, length)
            .With("access", randomAccess ? VipsArgument.AccessRandom : VipsArgument.AccessSequential)
            .With("fail-on", VipsArgument.FailOnError)
            .Run();
    }

    /// <summary>Computes and copies the pixels of an sRGB picture of libvips.</summary>
    public static Image Read(VipsHandle srgb)
    {
        int width = Vips.Width(srgb), height = Vips.Height(srgb), row = 3 * width;
        var pixels = GC.AllocateUninitializedArray<byte>(checked(row * height));
        using var region = VipsHandle.Adopt(Vips.RegionNew(srgb), "region");
        var strip = Math.Max(1, StripBytes / row);
        for (var top = 0; top < height; top += strip)
            Fetch(region, width, top, Math.Min(strip, height - top), pixels.AsSpan(top * row));
        return Image.Adopt(width, height, pixels);
    }

    private static void Fetch(VipsHandle region, int width, int top, int rows, Span<byte> into)
    {
        var strip = Vips.RegionFetch(region, 0, top, width, rows, out var length);
        if (strip == 0) throw VipsException.Take("reading pixels");
        new ReadOnlySpan<byte>((void*)strip, checked((int)length)).CopyTo(into);
        GObject.Free(strip);
    }

    private static string Advice(FileKind kind) => kind.Name switch
    {
        "a HEIC picture" => " (Its codec, HEVC, is covered by patents and not in this build.) Save it as JPEG or PNG.",
        var n when n.EndsWith("picture", StringComparison.Ordinal) || n.EndsWith("drawing", StringComparison.Ordinal) => " Save it as PNG.",
        _ => "",
    };

    private static string Detail(string said)
    {
        var line = said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() ?? said;
        return line.Length <= 160 ? line : string.Create(CultureInfo.InvariantCulture, $"{line[..157]}…");
    }
}
