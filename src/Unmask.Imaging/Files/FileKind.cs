using System.Buffers.Binary;
using System.Text;

namespace Unmask.Imaging;

/// <summary>What the first bytes of a file say it is.</summary>
/// <param name="Name">What people call it: «JPEG», «a PDF document».</param>
/// <param name="Loader">The libvips operation that reads it; null where Unmask does not read it.</param>
internal readonly record struct FileKind(string Name, string? Loader)
{
    private static readonly (byte[] Magic, FileKind Kind)[] Known =
    [
        ([0xFF, 0xD8, 0xFF], new("JPEG", "jpegload_buffer")),
        ([0x89, .. "PNG\r\n\x1a\n"u8], new("PNG", "pngload_buffer")),
        ([.. "GIF8"u8], new("GIF", "gifload_buffer")),
        ([.. "II*\0"u8], new("TIFF", "tiffload_buffer")),
        ([.. "MM\0*"u8], new("TIFF", "tiffload_buffer")),
        ([.. "II+\0"u8], new("TIFF", "tiffload_buffer")),
        ([.. "MM\0+"u8], new("TIFF", "tiffload_buffer")),
        ([.. "BM"u8], new("a BMP picture", null)),
        ([.. "8BPS"u8], new("a Photoshop document", null)),
        ([0x00, 0x00, 0x01, 0x00], new("a Windows icon", null)),
        ([0xFF, 0x0A], new("a JPEG XL picture", null)),
        ([.. "\0\0\0\fJXL "u8], new("a JPEG XL picture", null)),
        ([.. "\0\0\0\fjP  "u8], new("a JPEG 2000 picture", null)),
        ([0xFF, 0x4F, 0xFF, 0x51], new("a JPEG 2000 picture", null)),
        ([0x76, 0x2F, 0x31, 0x01], new("an OpenEXR picture", null)),
        ([.. "#?RADIANCE"u8], new("a Radiance HDR picture", null)),
        ([.. "%PDF"u8], new("a PDF document", null)),
        ([.. "PK\x03\x04"u8], new("a ZIP archive", null)),
        ([0x1F, 0x8B], new("a gzip archive", null)),
        ([0x93, .. "NUMPY"u8], new("a NumPy array (.npy)", null)),
        ([0x7F, .. "ELF"u8], new("a program", null)),
        ([.. "MZ"u8], new("a program", null)),
        ([0x1A, 0x45, 0xDF, 0xA3], new("a Matroska or WebM video", null)),
    ];

    /// <summary>The kinds that Unmask reads, for messages.</summary>
    public const string Readable = "JPEG, PNG, WebP, TIFF, GIF and AVIF";

    /// <summary>Looks at the first bytes only.</summary>
    public static FileKind Of(ReadOnlySpan<byte> bytes)
    {
        foreach (var (magic, kind) in Known)
            if (bytes.StartsWith(magic))
                return kind;
        if (bytes.Length >= 12 && bytes.StartsWith("RIFF"u8)) return OfRiff(bytes.Slice(8, 4));
        if (bytes.Length >= 12 && bytes.Slice(4, 4).SequenceEqual("ftyp"u8)) return OfIsoMedia(bytes);
        return OfText(bytes);
    }

    private static FileKind OfRiff(ReadOnlySpan<byte> form) =>
        form.SequenceEqual("WEBP"u8) ? new("WebP", "webpload_buffer") : new("a RIFF file (sound or video)", null);

    // An ftyp box lists brands: the major one, a version, then the compatible ones.
    private static FileKind OfIsoMedia(ReadOnlySpan<byte> bytes)
    {
        var length = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(bytes), (uint)bytes.Length);
        var brands = Encoding.Latin1.GetString(bytes[8..Math.Max(12, length)]);
        if (brands.Contains("avif", StringComparison.Ordinal) || brands.Contains("avis", StringComparison.Ordinal))
            return new("AVIF", "heifload_buffer");
        return brands.StartsWith("he", StringComparison.Ordinal) || brands.Contains("heic", StringComparison.Ordinal) || brands.StartsWith("mif1", StringComparison.Ordinal)
            ? new("a HEIC picture", null)
            : new("a video", null);
    }

    private static FileKind OfText(ReadOnlySpan<byte> bytes)
    {
        var start = bytes[..Math.Min(bytes.Length, 512)];
        // A byte that no text has: control characters other than tab, line feed, form feed and carriage return.
        foreach (var b in start)
            if (b < 32 && b is not (9 or 10 or 12 or 13))
                return new("data of an unknown kind", null);
        var text = Encoding.UTF8.GetString(start).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        if (text.Contains("<svg", StringComparison.OrdinalIgnoreCase)) return new("an SVG drawing", null);
        if (text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase))
            return new("a web page (HTML)", null);
        if (text.StartsWith("version https://git-lfs", StringComparison.Ordinal)) return new("a Git LFS pointer, not the picture itself", null);
        return text.StartsWith('{') || text.StartsWith('[') ? new("a text file (JSON?)", null) : new("a text file", null);
    }
}
