namespace Unmask.Graphs;

/// <summary>Constant weights as signed bytes with a step for each output channel, symmetric about 0; the bias as 32-bit integers.</summary>
/// <param name="Values">The weights w ≈ step·q, q in −127…127.</param>
/// <param name="Scales">The step of each output channel.</param>
/// <param name="Axis">The axis of the output channels.</param>
internal sealed record Int8Weights(TensorData Values, float[] Scales, int Axis)
{
    // A bias is stored in steps of (input's step × weight's step): this leaves it twice the room that it needs.
    private const double LargestBias = 1 << 30;

    /// <summary>Quantises weights.</summary>
    /// <param name="weights">Float32.</param>
    /// <param name="axis">The axis of the output channels.</param>
    /// <param name="inputScale">The step of the input.</param>
    /// <param name="bias">One number a channel, or none.</param>
    public static Int8Weights Of(TensorData weights, int axis, float inputScale, ReadOnlySpan<float> bias)
    {
        var floats = weights.AsSpan<float>();
        int channels = checked((int)weights.Dimensions[axis]);
        int inner = 1;
        foreach (long size in weights.Dimensions.AsSpan()[(axis + 1)..])
        {
            inner = checked(inner * (int)size);
        }

        float[] scales = Steps(floats, channels, inner, inputScale, bias);
        sbyte[] bytes = new sbyte[floats.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (sbyte)Math.Clamp(MathF.Round(floats[i] / scales[i / inner % channels]), -sbyte.MaxValue, sbyte.MaxValue);
        }

        return new(TensorData.Adopt(bytes, weights.Dimensions.AsSpan()), scales, axis);
    }

    /// <summary>What the bytes stand for.</summary>
    public float[] ToFloats()
    {
        var bytes = Values.AsSpan<sbyte>();
        int inner = 1;
        foreach (long size in Values.Dimensions.AsSpan()[(Axis + 1)..])
        {
            inner *= (int)size;
        }

        float[] floats = new float[bytes.Length];
        for (int i = 0; i < floats.Length; i++)
        {
            floats[i] = bytes[i] * Scales[i / inner % Scales.Length];
        }

        return floats;
    }

    /// <summary>A bias in steps of (input's step × weight's step).</summary>
    public (TensorData Values, float[] Scales) Bias(ReadOnlySpan<float> bias, float inputScale)
    {
        float[] steps = [.. Scales.Select(scale => scale * inputScale)];
        int[] whole = new int[bias.Length];
        for (int channel = 0; channel < whole.Length; channel++)
        {
            whole[channel] = (int)Math.Clamp(Math.Round((double)bias[channel] / steps[channel]), -2 * LargestBias, (2 * LargestBias) - 1);
        }

        return (TensorData.Adopt(whole, whole.Length), steps);
    }

    private static float[] Steps(ReadOnlySpan<float> weights, int channels, int inner, float inputScale, ReadOnlySpan<float> bias)
    {
        float[] largest = new float[channels];
        for (int i = 0; i < weights.Length; i++)
        {
            ref float channel = ref largest[i / inner % channels];
            channel = MathF.Max(channel, MathF.Abs(weights[i]));
        }

        if (WeightGrid.StepOf(weights) is { } grid)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                float multiples = largest[channel] / grid;
                largest[channel] = multiples <= sbyte.MaxValue + 0.5f ? grid * sbyte.MaxValue : largest[channel];
            }
        }

        for (int channel = 0; channel < channels; channel++)
        {
            // A channel of tiny weights and a large bias: the bias decides, and must fit.
            double forBias = bias.IsEmpty ? 0 : Math.Abs(bias[channel]) / (inputScale * LargestBias);
            double step = Math.Max((double)largest[channel] / sbyte.MaxValue, forBias);
            largest[channel] = (float)(step > 0 ? Math.Max(step, 1e-30) : 1);
        }

        return largest;
    }
}
