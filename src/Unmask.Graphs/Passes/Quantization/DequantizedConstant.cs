namespace Unmask.Graphs;

/// <summary>Constant integers as the real numbers that they stand for: (q − zero)·scale, by tensor or by slice of an axis.</summary>
internal static class DequantizedConstant
{
    /// <summary>The real numbers; <c>null</c> where types or block-wise scales are not covered.</summary>
    /// <param name="values">Integers of 8, 16 or 32 bits.</param>
    /// <param name="scale">A Float32 scalar or vector; <c>null</c>: 1.</param>
    /// <param name="zero">Of the values' type; <c>null</c>: 0.</param>
    /// <param name="axis">The axis that vectors go along, counted from the front or the back.</param>
    public static TensorData? Of(TensorData values, TensorData? scale, TensorData? zero, long axis)
    {
        if (Numbers(values) is not { } numbers || scale is not (null or { Type: ElementType.Float32, Dimensions.Length: <= 1 }) || zero is { Dimensions.Length: > 1 })
        {
            return null;
        }

        float[] scales = scale is null ? [1] : scale.AsSpan<float>().ToArray();
        double[] zeros = zero is null ? [0] : Numbers(zero) ?? [0];
        int along = (int)(axis < 0 ? axis + values.Dimensions.Length : axis), inner = 1;
        for (int i = along + 1; i < values.Dimensions.Length; i++)
        {
            inner = checked(inner * (int)values.Dimensions[i]);
        }

        float[] real = new float[numbers.Length];
        for (int i = 0; i < real.Length; i++)
        {
            real[i] = (float)((numbers[i] - zeros[i / inner % zeros.Length]) * scales[i / inner % scales.Length]);
        }

        return TensorData.Adopt(real, values.Dimensions.AsSpan());
    }

    private static double[]? Numbers(TensorData data) => data.Type switch
    {
        ElementType.Int8 => Array.ConvertAll(data.AsSpan<sbyte>().ToArray(), value => (double)value),
        ElementType.UInt8 => Array.ConvertAll(data.AsSpan<byte>().ToArray(), value => (double)value),
        ElementType.Int16 => Array.ConvertAll(data.AsSpan<short>().ToArray(), value => (double)value),
        ElementType.UInt16 => Array.ConvertAll(data.AsSpan<ushort>().ToArray(), value => (double)value),
        ElementType.Int32 => Array.ConvertAll(data.AsSpan<int>().ToArray(), value => (double)value),
        _ => null,
    };
}
