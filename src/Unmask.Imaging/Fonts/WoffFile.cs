using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Unmask.Imaging;

/// <summary>The tables of a WOFF 1.0 font file (W3C Recommendation «WOFF File Format 1.0»).</summary>
internal sealed class WoffFile
{
    private const int HeaderBytes = 44;
    private const int EntryBytes = 20;

    private readonly byte[] _file;

    public WoffFile(byte[] file)
    {
        _file = file;
        if (!file.AsSpan().StartsWith("wOFF"u8)) throw new InvalidDataException("Not a WOFF font.");
    }

    /// <summary>The uncompressed table of this four-letter name.</summary>
    public byte[] Table(string tag)
    {
        var count = BinaryPrimitives.ReadUInt16BigEndian(_file.AsSpan(12));
        for (var i = 0; i < count; i++)
        {
            var entry = _file.AsSpan(HeaderBytes + i * EntryBytes, EntryBytes);
            if (Encoding.ASCII.GetString(entry[..4]) == tag) return Extract(entry);
        }
        throw new InvalidDataException($"The font has no table '{tag}'.");
    }

    private byte[] Extract(ReadOnlySpan<byte> entry)
    {
        int offset = Number(entry[4..]), stored = Number(entry[8..]), length = Number(entry[12..]);
        if (stored == length) return _file.AsSpan(offset, length).ToArray();
        var table = new byte[length];
        using var inflate = new ZLibStream(new MemoryStream(_file, offset, stored), CompressionMode.Decompress);
        inflate.ReadExactly(table);
        return table;
    }

    private static int Number(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadInt32BigEndian(at);
}
