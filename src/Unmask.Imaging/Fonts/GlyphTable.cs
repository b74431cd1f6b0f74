using System.Buffers.Binary;
using System.Numerics;

namespace Unmask.Imaging;

/// <summary>Reads outlines from a font's «glyf» table (OpenType specification, «glyf — Glyph Data»).</summary>
internal sealed class GlyphTable(byte[] glyphs, byte[] offsets, bool longOffsets)
{
    /// <summary>Adds the outline of a glyph, moved and scaled.</summary>
    public void Add(Polygons shape, int glyph, Matrix3x2 place)
    {
        int start = Offset(glyph), end = Offset(glyph + 1);
        if (start == end) return;
        var reader = new Reader(glyphs.AsSpan(start, end - start));
        var contours = reader.Signed();
        reader.Skip(8);
        if (contours >= 0) AddSimple(shape, ref reader, contours, place);
        else AddComposite(shape, ref reader, place);
    }

    private int Offset(int glyph) =>
        longOffsets
            ? BinaryPrimitives.ReadInt32BigEndian(offsets.AsSpan(4 * glyph))
            : 2 * BinaryPrimitives.ReadUInt16BigEndian(offsets.AsSpan(2 * glyph));

    private static void AddSimple(Polygons shape, ref Reader reader, int contours, Matrix3x2 place)
    {
        var ends = new int[contours];
        foreach (ref var end in ends.AsSpan()) end = reader.Unsigned();
        reader.Skip(reader.Unsigned());
        var flags = ReadFlags(ref reader, contours == 0 ? 0 : ends[^1] + 1);
        var x = ReadCoordinates(ref reader, flags, shortBit: 0x02, sameBit: 0x10);
        var y = ReadCoordinates(ref reader, flags, shortBit: 0x04, sameBit: 0x20);
        for (int i = 0, first = 0; i < contours; first = ends[i++] + 1)
            AddContour(shape, first, ends[i], i => (Vector2.Transform(new(x[i], y[i]), place), (flags[i] & 1) != 0));
    }

    private static byte[] ReadFlags(ref Reader reader, int count)
    {
        var flags = new byte[count];
        for (var i = 0; i < count; i++)
        {
            flags[i] = reader.Byte();
            if ((flags[i] & 0x08) == 0) continue;
            for (var repeat = reader.Byte(); repeat > 0; repeat--, i++)
                flags[i + 1] = flags[i];
        }
        return flags;
    }

    private static int[] ReadCoordinates(ref Reader reader, byte[] flags, int shortBit, int sameBit)
    {
        var values = new int[flags.Length];
        var value = 0;
        for (var i = 0; i < flags.Length; i++)
        {
            var same = (flags[i] & sameBit) != 0;
            if ((flags[i] & shortBit) != 0) value += same ? reader.Byte() : -reader.Byte();
            else if (!same) value += reader.Signed();
            values[i] = value;
        }
        return values;
    }

    // Points are on the curve or controls of parabolas; between two controls in a row lies an implied point, halfway.
    private static void AddContour(Polygons shape, int first, int last, Func<int, (Vector2 At, bool OnCurve)> point)
    {
        var (start, onCurve) = point(first);
        if (!onCurve)
        {
            var (end, endOnCurve) = point(last);
            start = endOnCurve ? end : (start + end) / 2;
        }
        shape.MoveTo(start);
        Vector2? control = null;
        for (var i = onCurve ? first + 1 : first; i <= last; i++)
        {
            var (at, on) = point(i);
            if (control is { } pending) shape.CurveTo(pending, on ? at : (pending + at) / 2);
            else if (on) shape.LineTo(at);
            control = on ? null : at;
        }
        if (control is { } open) shape.CurveTo(open, start);
    }

    private void AddComposite(Polygons shape, ref Reader reader, Matrix3x2 place)
    {
        int flags;
        do
        {
            flags = reader.Unsigned();
            var part = reader.Unsigned();
            var words = (flags & 0x0001) != 0;
            var (dx, dy) = words ? (reader.Signed(), reader.Signed()) : ((int)(sbyte)reader.Byte(), (sbyte)reader.Byte());
            var (xx, xy, yx, yy) = ReadScale(ref reader, flags);
            Add(shape, part, new Matrix3x2(xx, xy, yx, yy, dx, dy) * place);
        }
        while ((flags & 0x0020) != 0);
    }

    private static (float XX, float XY, float YX, float YY) ReadScale(ref Reader reader, int flags)
    {
        if ((flags & 0x0008) != 0)
        {
            var scale = reader.Fraction();
            return (scale, 0, 0, scale);
        }
        if ((flags & 0x0040) != 0) return (reader.Fraction(), 0, 0, reader.Fraction());
        return (flags & 0x0080) != 0 ? (reader.Fraction(), reader.Fraction(), reader.Fraction(), reader.Fraction()) : (1, 0, 0, 1);
    }

    private ref struct Reader(ReadOnlySpan<byte> data)
    {
        private ReadOnlySpan<byte> _rest = data;

        public void Skip(int bytes) => _rest = _rest[bytes..];

        public byte Byte()
        {
            var value = _rest[0];
            Skip(1);
            return value;
        }

        public int Signed()
        {
            var value = BinaryPrimitives.ReadInt16BigEndian(_rest);
            Skip(2);
            return value;
        }

        public int Unsigned() => (ushort)Signed();

        public float Fraction() => Signed() / 16384f;
    }
}
