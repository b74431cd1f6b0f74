using System.Buffers.Binary;
using System.Text;

namespace Unmask.Imaging;

/// <summary>Puts text into a finished PNG file, as UTF-8 (iTXt chunks); libvips would write Latin-1 chunks only.</summary>
internal static class PngText
{
    // The signature and the header chunk, after which text may follow.
    private const int HeaderEnd = 8 + 12 + 13;

    public static byte[] Insert(byte[] png, IReadOnlyDictionary<string, string> text)
    {
        using var file = new MemoryStream(png.Length + 1024);
        file.Write(png.AsSpan(0, HeaderEnd));
        foreach (var (key, value) in text)
            WriteChunk(file, Content(key, value));
        file.Write(png.AsSpan(HeaderEnd));
        return file.ToArray();
    }

    // Keyword, not compressed, no language, no translated keyword, the text.
    private static byte[] Content(string key, string value)
    {
        if (key.Length is 0 or > 79 || key.Any(c => c is < ' ' or > '~'))
            throw new ArgumentException($"'{key}' cannot name a text in a PNG file: 1 to 79 plain Latin letters are needed.", nameof(key));
        return [.. "iTXt"u8, .. Encoding.ASCII.GetBytes(key), 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(value)];
    }

    private static void WriteChunk(Stream file, byte[] typeAndContent)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, typeAndContent.Length - 4);
        file.Write(number);
        file.Write(typeAndContent);
        BinaryPrimitives.WriteUInt32BigEndian(number, Checksum(typeAndContent));
        file.Write(number);
    }

    /// <summary>CRC-32 as PNG defines it.</summary>
    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = ~0u;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320u : 0);
        }
        return ~crc;
    }
}
