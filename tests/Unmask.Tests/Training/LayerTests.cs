using Unmask.Graphs;
using Unmask.Runtime;
using Unmask.Training;

namespace Unmask.Tests.Training;

/// <summary>What layers compute, by hand on small numbers, and what they refuse.</summary>
public sealed class LayerTests
{
    [Fact]
    public void Upsampling_repeats_pixels_or_goes_straight_between_their_centres()
    {
        Equal([1, 1, 3, 3, 1, 1, 3, 3], Values(x => x.Upsample(2), [1, 1, 2], 1, 3));
        Equal([1, 1.5f, 2.5f, 3, 1, 1.5f, 2.5f, 3], Values(x => x.Upsample(2, Upsampling.Bilinear), [1, 1, 2], 1, 3));
        // Centres of three pixels in place of two: at -1/6, 1/2 and 7/6.
        Equal([1, 2, 3], Values(x => x.Resize(1, 3), [1, 1, 2], 1, 3));
    }

    [Fact]
    public void Arrangements_move_numbers_and_change_none()
    {
        float[] six = [1, 2, 3, 4, 5, 6];
        Equal([1, 3, 5, 2, 4, 6], Values(x => x.Transpose(1, 0), [3, 2], six));
        Equal([2, 4, 6], Values(x => x.Slice(-1, 1, 1), [3, 2], six));
        Equal([1, 4, 2, 5, 3, 6], Values(x => x.Reshape(2, 1, 3).Tokens(), [6], six));
        Equal([1, 2, 3, 4], Values(x => x.PixelShuffle(), [4, 1, 1], 1, 2, 3, 4));
        Equal([3, 4], Values(x => x.Mean(), [3, 2], six));
        Equal([.. six, .. six], Values(x => x.Concat(x), [3, 2], six));
    }

    [Fact]
    public void Pools_and_activations_are_their_formulas()
    {
        Equal([2, 3.25f], Values(x => x.AveragePool(3, 2, 1), [1, 1, 4], 1, 3, 3, 3.75f));
        Equal([4], Values(x => x.GlobalMaxPool(), [1, 1, 4], 1, 3, 3, 4));
        Equal([(float)(2 / (1 + Math.Exp(-2))), 0], Values(x => x.Silu(), [2], 2, 0));
        Equal([(float)Math.Log(1 + Math.E)], Values(x => x.Softplus(), [1], 1));
        Equal([2, (float)(0.5 * (Math.Exp(-1) - 1))], Values(x => x.Elu(0.5f), [2], 2, -1));
        Equal([0.5f, 0.5f, 0.5f, 0.5f], Values(x => x.Softmax(0), [2, 2], 7, 8, 7, 8));
        Equal([10, 40, 90], Values(x => x.Slice(0, 0, 1).Multiply(x.Slice(0, 1, 1)), [2, 3], 1, 2, 3, 10, 20, 30));
    }

    [Fact]
    public void Normalisations_leave_mean_0_and_variance_1_in_their_groups()
    {
        // A group of two channels of two pixels: mean 4, variance 5.
        double scale = 1 / Math.Sqrt(5 + 1e-5);
        float[] expected = [.. ((double[])[-3, -1, 1, 3]).Select(value => (float)(value * scale))];
        Equal([.. expected, .. expected], Values(x => x.GroupNorm(2), [4, 1, 2], 1, 3, 5, 7, 11, 13, 15, 17));
        double one = 1 / Math.Sqrt(1 + 1e-5);
        Equal([(float)-one, (float)one, (float)-one, (float)one], Values(x => x.InstanceNorm(), [2, 1, 2], 1, 3, 5, 7));
        Equal([(float)-one, (float)one, (float)-one, (float)one], Values(x => x.LayerNorm(), [2, 2], 1, 3, 5, 7));
    }

    [Fact]
    public void Transposed_convolutions_of_ones_cover_every_place_equally_inside()
    {
        foreach (int stride in (int[])[1, 2, 3, 4])
        {
            var builder = new NetworkBuilder("up");
            var graph = builder.Build(builder.Input("x", 1, 1, 5).ConvTranspose(1, stride));
            string weight = TrainableWeights.Of(graph)[0];
            var ones = graph with { Constants = graph.Constants.SetItem(weight, Filled(1, graph.Constants[weight].Dimensions.AsSpan())) };
            float[] result = Run(ones, Filled(1, 1, 1, 1, 5));
            Assert.Equal(5 * stride * stride, result.Length);
            Assert.Single(result[stride..((5 * stride) - stride)].Distinct());
        }
    }

    [Fact]
    public void Attention_is_the_mean_of_values_weighted_by_softmax_and_sees_no_later_token_when_causal()
    {
        var builder = new NetworkBuilder("attention", seed: 4);
        var graph = builder.Build(builder.Input("x", 3, 2).Attention(1, causal: true));
        var x = TensorData.Adopt([0.3f, -1, 2, 0.5f, -0.7f, 1.1f], 1, 3, 2);
        float[][] w = [.. TrainableWeights.Of(graph).Select(name => graph.Constants[name]).Where(data => data.Dimensions.Length == 2).Select(data => data.AsSpan<float>().ToArray())];
        float[] q = Times(x.AsSpan<float>().ToArray(), w[0]), k = Times(x.AsSpan<float>().ToArray(), w[1]), v = Times(x.AsSpan<float>().ToArray(), w[2]), mixed = new float[6];
        for (int i = 0; i < 3; i++)
        {
            double[] weights = [.. Enumerable.Range(0, i + 1).Select(j => Math.Exp(((q[2 * i] * k[2 * j]) + (q[(2 * i) + 1] * k[(2 * j) + 1])) / Math.Sqrt(2)))];
            for (int j = 0; j <= i; j++)
            {
                mixed[2 * i] += (float)(weights[j] / weights.Sum() * v[2 * j]);
                mixed[(2 * i) + 1] += (float)(weights[j] / weights.Sum() * v[(2 * j) + 1]);
            }
        }

        Equal(Times(mixed, w[3]), Run(graph, x));
    }

    [Fact]
    public void Networks_make_the_shapes_that_they_promise()
    {
        Assert.Equal([2L, 5], Shape(Networks.Vgg(16, 5, [4, 8], hidden: 7), 16));
        Assert.Equal([2L, 5], Shape(Networks.Vgg(16, 5, [4, 8], batchNorm: false), 16));
        Assert.Equal([2L, 3, 16, 16], Shape(Networks.UNet(16, 3, width: 4, levels: 2), 16));
        Assert.Equal([2L, 5], Shape(Networks.VisionTransformer(16, 5, width: 8, blocks: 2, heads: 2), 16));
        Assert.Equal([2L, 5], Shape(Networks.ResNet(16, 5, width: 4), 16));
    }

    [Fact]
    public void A_decoder_on_the_taps_of_a_frozen_network_is_a_network_like_any_other()
    {
        var trunk = new NetworkBuilder("trunk");
        var first = trunk.Input("image", 3, 16, 16).Conv(4, 3, 2).Relu();
        var taps = trunk.Build((first, "fine"), (first.Conv(8, 3, 2).Relu(), "coarse"));
        var decoder = new NetworkBuilder("decoder", seed: 1);
        Layer fine = decoder.Input("fine", 4, 8, 8), coarse = decoder.Input("coarse", 8, 4, 4);
        var mask = decoder.Build(coarse.Conv(4, 1).Upsample().Concat(fine).Conv(4, 3).BatchNorm().Relu().Upsample(2, Upsampling.Bilinear).Conv(1, 1, bias: true).Sigmoid(), "mask");
        var joined = JoinGraphs.Run(taps, mask, new Dictionary<string, string> { ["fine"] = "fine", ["coarse"] = "coarse" });
        Assert.Equal([2L, 1, 16, 16], Shape(joined, 16));
        Assert.Equal(2 + TrainableWeights.Of(mask).Length, TrainableWeights.Of(joined).Length);
    }

    [Fact]
    public void Layers_that_do_not_fit_are_refused_with_both_shapes()
    {
        var x = new NetworkBuilder("refused").Input("x", 4, 6, 6);
        Assert.Contains("4 and 6 channels cannot be divided into 4 groups", Assert.Throws<ArgumentException>(() => x.Conv(6, 3, groups: 4)).Message, StringComparison.Ordinal);
        Assert.Contains("[4, 6, 6] and [4, 3, 3] cannot be added", Assert.Throws<ArgumentException>(() => x.Add(x.MaxPool(2))).Message, StringComparison.Ordinal);
        Assert.Contains("differ behind their first axis", Assert.Throws<ArgumentException>(() => x.Concat(x.MaxPool(2))).Message, StringComparison.Ordinal);
        Assert.Contains("144 numbers cannot become [5, 5] of 25", Assert.Throws<ArgumentException>(() => x.Reshape(5, 5)).Message, StringComparison.Ordinal);
        Assert.Contains("Tokens() makes them of a picture", Assert.Throws<InvalidOperationException>(() => x.Attention(2)).Message, StringComparison.Ordinal);
        Assert.Contains("its axes are 0 to 2", Assert.Throws<ArgumentOutOfRangeException>(() => x.Softmax(3)).Message, StringComparison.Ordinal);
        Assert.Contains("Put Flatten before it", Assert.Throws<ArgumentException>(() => x.Linear(3)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Slice(1, 4, 3));
    }

    private static float[] Values(Func<Layer, Layer> layer, long[] itemShape, params float[] x)
    {
        var builder = new NetworkBuilder("layer");
        var result = layer(builder.Input("x", itemShape));
        var graph = builder.Build(result);
        float[] values = Run(graph, TensorData.Adopt(x, [1, .. itemShape]));
        Assert.Equal(result.ItemShape.Aggregate(1L, (product, size) => product * size), values.Length);
        return values;
    }

    private static float[] Run(Graph graph, TensorData x)
    {
        using var session = Session.FromGraph(graph);
        return session.Run(new Dictionary<string, TensorData> { [graph.Inputs[0].Name] = x }, [graph.Outputs[0].Name])[0].AsSpan<float>().ToArray();
    }

    private static long[] Shape(Graph graph, int size)
    {
        using var session = Session.FromGraph(graph);
        var result = session.Run(new Dictionary<string, TensorData> { ["image"] = Filled(0.5f, 2, 3, size, size) }, [graph.Outputs[^1].Name])[0];
        Assert.True(result.AsSpan<float>().IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) < 0);
        return [.. result.Dimensions];
    }

    private static TensorData Filled(float value, params ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (long size in shape)
        {
            count *= size;
        }

        return InitialWeights.Filled(count, value).Reshape(shape);
    }

    /// <summary>Rows of two by a 2 × 2 matrix.</summary>
    private static float[] Times(float[] rows, float[] matrix) =>
        [.. Enumerable.Range(0, rows.Length).Select(i => (rows[i & ~1] * matrix[i & 1]) + (rows[(i & ~1) + 1] * matrix[2 + (i & 1)]))];

    private static void Equal(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 5e-6));
    }
}
