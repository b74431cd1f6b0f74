using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Unmask.Imaging;

/// <summary>
/// Resizes interleaved RGB bytes as Pillow defines it, to the bit: weights in 22-bit fixed point, first along rows, then along columns,
/// rounded to bytes in between. Classifiers saw such pixels in training.
/// </summary>
internal static class ByteResampler
{
    private const int Bits = 22;
    private const int Half = 1 << (Bits - 1);

    /// <param name="pixels">Rows of RGB.</param>
    /// <param name="width">Columns of <paramref name="pixels"/>.</param>
    /// <param name="across">The weights along a row.</param>
    /// <param name="down">The weights along a column.</param>
    public static byte[] Run(ReadOnlySpan<byte> pixels, int width, ResampleWeights across, ResampleWeights down)
    {
        int top = down.First(0), bottom = down.End(down.Length - 1);
        var narrow = new byte[3 * across.Length * (bottom - top)];
        AlongRows(pixels[(3 * width * top)..(3 * width * bottom)], width, across, narrow);
        var result = GC.AllocateUninitializedArray<byte>(3 * across.Length * down.Length);
        AlongColumns(narrow, 3 * across.Length, top, down, result);
        return result;
    }

    private static void AlongRows(ReadOnlySpan<byte> pixels, int width, ResampleWeights across, Span<byte> result)
    {
        var weights = across.ToFixedPoint(Bits);
        int row = 3 * width, newRow = 3 * across.Length;
        // One byte more than a row: a pixel is read as four bytes.
        var padded = new byte[row + 1];
        for (var y = 0; y * row < pixels.Length; y++)
        {
            pixels.Slice(y * row, row).CopyTo(padded);
            AlongRow(padded, across, weights, result.Slice(y * newRow, newRow));
        }
    }

    private static void AlongRow(ReadOnlySpan<byte> row, ResampleWeights across, int[] weights, Span<byte> result)
    {
        for (var x = 0; x < across.Length; x++)
        {
            var sum = Vector128.Create(Half);
            var from = row[(3 * across.First(x))..];
            var taps = weights.AsSpan(x * across.Taps, across.End(x) - across.First(x));
            for (var k = 0; k < taps.Length; k++)
                sum += Pixel(from[(3 * k)..]) * taps[k];
            Store(sum >> Bits, result.Slice(3 * x, 3));
        }
    }

    private static Vector128<int> Pixel(ReadOnlySpan<byte> at)
    {
        var four = Vector128.CreateScalarUnsafe(MemoryMarshal.Read<uint>(at)).AsByte();
        return Vector128.WidenLower(Vector128.WidenLower(four)).AsInt32();
    }

    private static void Store(Vector128<int> rgb, Span<byte> at)
    {
        var clamped = Vector128.Clamp(rgb, Vector128<int>.Zero, Vector128.Create(255));
        at[0] = (byte)clamped[0];
        at[1] = (byte)clamped[1];
        at[2] = (byte)clamped[2];
    }

    private static void AlongColumns(ReadOnlySpan<byte> rows, int row, int top, ResampleWeights down, Span<byte> result)
    {
        var weights = down.ToFixedPoint(Bits);
        for (var y = 0; y < down.Length; y++)
        {
            var taps = weights.AsSpan(y * down.Taps, down.End(y) - down.First(y));
            AlongColumn(rows[((down.First(y) - top) * row)..], row, taps, result.Slice(y * row, row));
        }
    }

    private static void AlongColumn(ReadOnlySpan<byte> rows, int row, ReadOnlySpan<int> taps, Span<byte> result)
    {
        var x = 0;
        for (; x <= row - Vector<byte>.Count; x += Vector<byte>.Count)
            Block(rows[x..], row, taps).CopyTo(result[x..]);
        for (; x < row; x++)
        {
            var sum = Half;
            for (var k = 0; k < taps.Length; k++)
                sum += rows[k * row + x] * taps[k];
            result[x] = (byte)Math.Clamp(sum >> Bits, 0, 255);
        }
    }

    private static Vector<byte> Block(ReadOnlySpan<byte> rows, int row, ReadOnlySpan<int> taps)
    {
        Vector<int> sum0 = new(Half), sum1 = sum0, sum2 = sum0, sum3 = sum0;
        for (var k = 0; k < taps.Length; k++)
        {
            Vector.Widen(new Vector<byte>(rows[(k * row)..]), out var low, out var high);
            Vector.Widen(low, out var a, out var b);
            Vector.Widen(high, out var c, out var d);
            sum0 += a.As<uint, int>() * taps[k];
            sum1 += b.As<uint, int>() * taps[k];
            sum2 += c.As<uint, int>() * taps[k];
            sum3 += d.As<uint, int>() * taps[k];
        }
        return Vector.Narrow(Vector.Narrow(Clamp(sum0), Clamp(sum1)), Vector.Narrow(Clamp(sum2), Clamp(sum3)));
    }

    private static Vector<uint> Clamp(Vector<int> sum) =>
        Vector.Min(Vector.Max(sum >> Bits, Vector<int>.Zero), new Vector<int>(255)).As<int, uint>();
}
