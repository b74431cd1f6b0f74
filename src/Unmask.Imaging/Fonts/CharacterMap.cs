using System.Buffers.Binary;

namespace Unmask.Imaging;

/// <summary>Reads a font's «cmap» table, format 4: segments of consecutive code points of the basic plane.</summary>
internal static class CharacterMap
{
    public static Dictionary<int, int> Read(byte[] cmap)
    {
        for (var i = 0; i < Unsigned(cmap, 2); i++)
        {
            var at = BinaryPrimitives.ReadInt32BigEndian(cmap.AsSpan(4 + 8 * i + 4));
            if (Unsigned(cmap, at) == 4) return ReadSegments(cmap.AsSpan(at));
        }
        throw new InvalidDataException("The font has no character map of format 4.");
    }

    private static Dictionary<int, int> ReadSegments(ReadOnlySpan<byte> table)
    {
        Dictionary<int, int> glyphs = [];
        var twice = Unsigned(table, 6);
        for (var i = 0; i < twice; i += 2)
        {
            int end = Unsigned(table, 14 + i), start = Unsigned(table, 16 + twice + i), delta = Unsigned(table, 16 + 2 * twice + i);
            var offsetAt = 16 + 3 * twice + i;
            var offset = Unsigned(table, offsetAt);
            for (var c = start; c <= end && c < 0xFFFF; c++)
            {
                var glyph = offset == 0 ? c : Unsigned(table, offsetAt + offset + 2 * (c - start));
                if (offset == 0 || glyph != 0) glyphs[c] = (glyph + delta) & 0xFFFF;
            }
        }
        return glyphs;
    }

    private static int Unsigned(ReadOnlySpan<byte> table, int at) => BinaryPrimitives.ReadUInt16BigEndian(table[at..]);
}
