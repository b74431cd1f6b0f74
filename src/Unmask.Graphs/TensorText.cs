using System.Globalization;

namespace Unmask.Graphs;

/// <summary>Shows a tensor as text: its type and its first values.</summary>
internal static class TensorText
{
    private const int Shown = 8;

    /// <summary>For instance <c>Int64[2] (1, -1)</c>; of long tensors only the first values, of external data only the place.</summary>
    public static string Show(TensorData tensor)
    {
        if (tensor.External is { } external)
        {
            return $"{tensor} in {external.Location} at {external.Offset}";
        }

        long count = tensor.Count;
        var values = Enumerable.Range(0, (int)Math.Min(count, Shown)).Select(i => Element(tensor, i));
        return $"{tensor} ({string.Join(", ", values)}{(count > Shown ? ", …" : "")})";
    }

    /// <summary>A number in the shortest form that reads back the same.</summary>
    public static string Show(float value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Element(TensorData tensor, int index) => tensor.Type switch
    {
        ElementType.String => GraphPrinter.Quote(tensor.Strings[index]),
        ElementType.Float32 => Show(tensor.AsSpan<float>()[index]),
        ElementType.Float64 => tensor.AsSpan<double>()[index].ToString("R", CultureInfo.InvariantCulture),
        ElementType.Float16 => ((float)tensor.AsSpan<Half>()[index]).ToString("R", CultureInfo.InvariantCulture),
        ElementType.BFloat16 => Show(BitConverter.UInt32BitsToSingle((uint)BitConverter.ToUInt16(tensor.Bytes.Span[(index * 2)..]) << 16)),
        ElementType.Int64 => tensor.AsSpan<long>()[index].ToString(CultureInfo.InvariantCulture),
        ElementType.Int32 => tensor.AsSpan<int>()[index].ToString(CultureInfo.InvariantCulture),
        ElementType.Int16 => tensor.AsSpan<short>()[index].ToString(CultureInfo.InvariantCulture),
        ElementType.Int8 => tensor.AsSpan<sbyte>()[index].ToString(CultureInfo.InvariantCulture),
        ElementType.UInt64 => tensor.AsSpan<ulong>()[index].ToString(CultureInfo.InvariantCulture),
        ElementType.UInt32 => tensor.AsSpan<uint>()[index].ToString(CultureInfo.InvariantCulture),
        ElementType.UInt16 => tensor.AsSpan<ushort>()[index].ToString(CultureInfo.InvariantCulture),
        ElementType.UInt8 => tensor.Bytes.Span[index].ToString(CultureInfo.InvariantCulture),
        ElementType.Bool => tensor.Bytes.Span[index] == 0 ? "false" : "true",
        _ => Bits(tensor, index),
    };

    // Types without a .NET counterpart are shown as the hexadecimal digits of their bits.
    private static string Bits(TensorData tensor, int index)
    {
        int bits = tensor.Type.Bits();
        if (bits >= 8)
        {
            return "0x" + Convert.ToHexString(tensor.Bytes.Span.Slice(index * (bits / 8), bits / 8));
        }

        int perByte = 8 / bits;
        int value = tensor.Bytes.Span[index / perByte] >> (index % perByte * bits);
        return $"0x{value & ((1 << bits) - 1):X}";
    }
}
