using System.Numerics;
using System.Numerics.Tensors;
using Unmask.Graphs;

namespace Unmask;

/// <summary>Between the element types of tensors and float32.</summary>
internal static class TensorConversion
{
    /// <summary>The values as float32 (not copied when they are).</summary>
    /// <exception cref="UnmaskException">The tensor does not hold plain numbers.</exception>
    public static float[] ToFloats(TensorData tensor) => tensor.Type switch
    {
        ElementType.Float32 => tensor.AsSpan<float>().ToArray(),
        ElementType.Float64 => Convert<double>(tensor),
        ElementType.Float16 => Convert<Half>(tensor),
        ElementType.Int64 => Convert<long>(tensor),
        ElementType.Int32 => Convert<int>(tensor),
        ElementType.Int16 => Convert<short>(tensor),
        ElementType.Int8 => Convert<sbyte>(tensor),
        ElementType.UInt8 => Convert<byte>(tensor),
        ElementType.UInt16 => Convert<ushort>(tensor),
        ElementType.UInt32 => Convert<uint>(tensor),
        ElementType.UInt64 => Convert<ulong>(tensor),
        ElementType.Bool => [.. tensor.AsSpan<bool>().ToArray().Select(value => value ? 1f : 0f)],
        _ => throw new UnmaskException($"{tensor} does not hold numbers that can be read as floats."),
    };

    /// <summary>Floats as another element type.</summary>
    /// <exception cref="UnmaskException">The type does not hold plain numbers.</exception>
    public static TensorData FromFloats(float[] values, ElementType type, params ReadOnlySpan<long> dimensions) => type switch
    {
        ElementType.Float32 => TensorData.Adopt(values, dimensions),
        ElementType.Float64 => Convert<double>(values, dimensions),
        ElementType.Float16 => Convert<Half>(values, dimensions),
        ElementType.Int64 => Convert<long>(values, dimensions),
        ElementType.Int32 => Convert<int>(values, dimensions),
        ElementType.Int16 => Convert<short>(values, dimensions),
        ElementType.Int8 => Convert<sbyte>(values, dimensions),
        ElementType.UInt8 => Convert<byte>(values, dimensions),
        ElementType.UInt16 => Convert<ushort>(values, dimensions),
        ElementType.UInt32 => Convert<uint>(values, dimensions),
        ElementType.UInt64 => Convert<ulong>(values, dimensions),
        ElementType.Bool => TensorData.Adopt(Array.ConvertAll(values, value => value != 0), dimensions),
        _ => throw new UnmaskException($"An input of type {type} cannot be made from numbers."),
    };

    private static TensorData Convert<T>(float[] values, ReadOnlySpan<long> dimensions)
        where T : unmanaged, INumberBase<T>
    {
        var converted = new T[values.Length];
        TensorPrimitives.ConvertSaturating(values.AsSpan(), converted.AsSpan());
        return TensorData.Adopt(converted, dimensions);
    }

    private static float[] Convert<T>(TensorData tensor)
        where T : unmanaged, INumberBase<T>
    {
        float[] values = new float[tensor.Count];
        TensorPrimitives.ConvertTruncating(tensor.AsSpan<T>(), values.AsSpan());
        return values;
    }
}
