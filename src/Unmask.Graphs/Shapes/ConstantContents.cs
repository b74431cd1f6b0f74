using System.Runtime.InteropServices;

namespace Unmask.Graphs;

/// <summary>Reads the elements of small constants.</summary>
internal static class ConstantContents
{
    /// <summary>The elements; <c>null</c> for a tensor that is large, or of a type that holds neither numbers nor truth values.</summary>
    public static KnownContents? Of(TensorData tensor)
    {
        if (tensor.Count > KnownContents.Largest || ReadItems(tensor) is not { } items)
        {
            return null;
        }

        return KnownContents.Vector(items)?.Reshaped([.. tensor.Dimensions.Select(size => checked((int)size))]);
    }

    private static Quantity[]? ReadItems(TensorData tensor) => tensor.Type switch
    {
        ElementType.Int64 => Convert<long>(tensor, value => Quantity.Of(value)),
        ElementType.Int32 => Convert<int>(tensor, value => Quantity.Of((long)value)),
        ElementType.Int16 => Convert<short>(tensor, value => Quantity.Of((long)value)),
        ElementType.Int8 => Convert<sbyte>(tensor, value => Quantity.Of((long)value)),
        ElementType.UInt64 => Convert<ulong>(tensor, value => value <= long.MaxValue ? Quantity.Of((long)value) : Quantity.Unknown),
        ElementType.UInt32 => Convert<uint>(tensor, value => Quantity.Of((long)value)),
        ElementType.UInt16 => Convert<ushort>(tensor, value => Quantity.Of((long)value)),
        ElementType.UInt8 => Convert<byte>(tensor, value => Quantity.Of((long)value)),
        ElementType.Bool => Convert<byte>(tensor, value => Quantity.Of(value != 0)),
        ElementType.Float32 => Convert<float>(tensor, value => Quantity.Of((double)value)),
        ElementType.Float64 => Convert<double>(tensor, Quantity.Of),
        ElementType.Float16 => Convert<Half>(tensor, value => Quantity.Of((double)value)),
        ElementType.BFloat16 => Convert<ushort>(tensor, value => Quantity.Of((double)BitConverter.UInt32BitsToSingle((uint)value << 16))),
        _ => null,
    };

    private static Quantity[] Convert<T>(TensorData tensor, Func<T, Quantity> convert)
        where T : unmanaged
    {
        var values = MemoryMarshal.Cast<byte, T>(tensor.Bytes.Span);
        var items = new Quantity[values.Length];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = convert(values[i]);
        }

        return items;
    }
}
