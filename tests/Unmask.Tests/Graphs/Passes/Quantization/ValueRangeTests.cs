using Unmask.Graphs;

namespace Unmask.Tests.Graphs.Passes.Quantization;

/// <summary>Bytes for activations, signed bytes for weights: errors of half a step, 0 exact.</summary>
public sealed class ValueRangeTests
{
    [Theory]
    [InlineData(-1f, 3f)]
    [InlineData(0f, 6f)]
    [InlineData(2f, 5f)]
    [InlineData(-7f, -2f)]
    [InlineData(-0.001f, 1000f)]
    public void Every_number_of_the_range_is_met_within_half_a_step_and_zero_exactly(float low, float high)
    {
        var (scale, zero) = new ValueRange(low, high).ToBytes();
        Assert.Equal(0f, Stored(0, scale, zero));
        for (int i = 0; i <= 1000; i++)
        {
            float value = low + ((high - low) * i / 1000);
            // The byte of 0 is rounded too, which moves the ends by up to half a step.
            double allowed = value > Math.Max(0, low) + scale && value < Math.Min(high, Math.Max(0, high)) - scale ? 0.5001 : 1.0001;
            Assert.True(Math.Abs(Stored(value, scale, zero) - value) <= allowed * scale, $"{value} became {Stored(value, scale, zero)}, step {scale}");
        }
    }

    [Theory]
    [InlineData(6f)]
    [InlineData(0.1f)]
    [InlineData(3.3333333f)]
    public void Without_negative_numbers_the_largest_byte_is_not_above_the_maximum(float high)
    {
        var (scale, zero) = new ValueRange(0, high).ToBytes();
        Assert.Equal(0, zero);
        Assert.True(scale * 255 <= high);
        Assert.Equal(high, scale * 255, 1e-5f * high);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void Weights_are_met_within_half_a_step_of_their_own_channel(int axis, int other)
    {
        long[] sizes = [0, 0];
        (sizes[axis], sizes[other]) = (5, 40);
        float[] weights = Support.LinearModels.Values(200, seed: 11);
        for (int i = 0; i < weights.Length; i++)
        {
            // Channels of very different sizes, which one step for all could not serve.
            weights[i] *= MathF.Pow(10, (axis == 0 ? i / 40 : i % 5) - 2);
        }

        float[] bias = [1, -2, 0.5f, 3, 0];
        var quantized = Int8Weights.Of(TensorData.Adopt(weights, sizes), axis, 0.02f, bias);
        float[] found = quantized.ToFloats();
        for (int i = 0; i < weights.Length; i++)
        {
            int channel = axis == 0 ? i / 40 : i % 5;
            Assert.True(Math.Abs(found[i] - weights[i]) <= 0.5001f * quantized.Scales[channel], $"weight {i}");
            Assert.True(quantized.Scales[channel] <= MathF.Pow(10, channel - 2) / 127);
        }

        var (whole, steps) = quantized.Bias(bias, 0.02f);
        Assert.All(Enumerable.Range(0, 5), i => Assert.Equal(bias[i], whole.AsSpan<int>()[i] * (double)steps[i], steps[i] * 0.5001 + 1e-7));
    }

    [Fact]
    public void A_large_bias_over_tiny_weights_still_fits()
    {
        var quantized = Int8Weights.Of(TensorData.Adopt([1e-12f, 0, 0, 0], 2, 2), 0, 0.01f, [5f, 0f]);
        var (whole, steps) = quantized.Bias([5f, 0f], 0.01f);
        Assert.Equal(5.0, whole.AsSpan<int>()[0] * (double)steps[0], 1e-6);
        Assert.Equal(0, whole.AsSpan<int>()[1]);
    }

    [Fact]
    public void Weights_that_were_bytes_once_come_back_exactly()
    {
        var random = Rng.At(3, 0);
        // 0 … 255 with the zero at 100: the channels' largest weights are not all on the grid's end.
        float[] weights = new float[400];
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = (random.NextInt32(220) - 100) * 0.00731f;
        }

        Assert.Equal(0.00731f, WeightGrid.StepOf(weights)!.Value, 1e-8f);
        float[] found = Int8Weights.Of(TensorData.Adopt(weights, 4, 100), 0, 1, []).ToFloats();
        Support.Near.Equal(weights, found, 1e-6, "weights");
        Assert.Null(WeightGrid.StepOf(Support.LinearModels.Values(200, 5)));
        Assert.Null(WeightGrid.StepOf([1, 10000]));
    }

    private static float Stored(float value, float scale, byte zero) =>
        (Math.Clamp((int)MathF.Round(value / scale) + zero, 0, 255) - zero) * scale;
}
