using Unmask.Graphs;
using Unmask.Tests.Support;

namespace Unmask.Tests.Autodiff;

/// <summary>Small networks with random weights, written down here so that a fresh clone has them.</summary>
internal static class SmallNets
{
    /// <summary>x [N, 3] ─ Gemm ─ activation ─ Gemm ─ y [N, 2], without the last activation.</summary>
    public static Graph Mlp(string activation, int hidden = 6)
    {
        var builder = new GraphBuilder("mlp");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 3));
        string h = builder.Add("Gemm", [x, Weights(builder, "w1", 1, 3, hidden), Weights(builder, "b1", 2, hidden)], "fc1");
        string a = builder.Add(activation, [h], "act");
        string y = builder.Add("Gemm", [a, Weights(builder, "w2", 3, hidden, 2), Weights(builder, "b2", 4, 2)], "fc2");
        builder.OutputAs(y, "y", ElementType.Float32, new Shape(Dimension.Named("N"), 2));
        return builder.Build();
    }

    /// <summary>
    /// Convolutions (one strided, one depthwise), batch normalisation, a residual sum, pooling and a classifier: x [N, 3, 9, 9] to y [N, 4].
    /// </summary>
    public static Graph ConvNet(string activation, bool maxPool = true, int channels = 8)
    {
        var builder = new GraphBuilder("convnet");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 3, 9, 9));
        string c1 = builder.Add("Conv", [x, Weights(builder, "w1", 1, channels, 3, 3, 3), Weights(builder, "b1", 2, channels)], "conv1", ("pads", Ints(1, 1, 1, 1)));
        string n1 = builder.Add("BatchNormalization", [c1, Weights(builder, "gamma", 3, channels), Weights(builder, "beta", 4, channels), Weights(builder, "mean", 5, channels),
            builder.Constant(TensorData.Adopt(LinearModels.Values(channels, 6).Select(value => 1.5f + value).ToArray(), channels), "variance")], "bn1");
        string a1 = builder.Add(activation, [n1], "act1");
        string c2 = builder.Add("Conv", [a1, Weights(builder, "w2", 7, channels, 1, 3, 3)], "conv2", ("pads", Ints(1, 1, 1, 1)), ("group", (long)channels));
        string sum = builder.Add("Add", [c2, a1], "add");
        string a2 = builder.Add(activation, [sum], "act2");
        string p = maxPool ? builder.Add("MaxPool", [a2], "pool", ("kernel_shape", Ints(3, 3)), ("strides", Ints(2, 2)))
            : builder.Add("AveragePool", [a2], "pool", ("kernel_shape", Ints(3, 3)), ("strides", Ints(2, 2)));
        string c3 = builder.Add("Conv", [p, Weights(builder, "w3", 8, channels, channels, 3, 3), Weights(builder, "b3", 9, channels)], "conv3", ("strides", Ints(2, 2)), ("pads", Ints(1, 1, 1, 1)));
        string a3 = builder.Add(activation, [c3], "act3");
        string g = builder.Add("Flatten", [builder.Add("GlobalAveragePool", [a3], "gap")], "flatten");
        string y = builder.Add("Gemm", [g, Weights(builder, "w4", 10, channels, 4), Weights(builder, "b4", 11, 4)], "fc");
        builder.OutputAs(y, "y", ElementType.Float32, new Shape(Dimension.Named("N"), 4));
        return builder.Build();
    }

    /// <summary>A constant of random values, scaled by the number of elements that a unit reads.</summary>
    public static string Weights(GraphBuilder builder, string name, ulong seed, params long[] sizes)
    {
        int count = (int)sizes.Aggregate(1L, (product, size) => product * size);
        double scale = sizes.Length < 2 ? 1 : 1.7 / Math.Sqrt(sizes.Length == 2 ? sizes[0] : count / (double)sizes[0]);
        return builder.Constant(TensorData.Adopt(LinearModels.Values(count, seed).Select(value => (float)(value * scale)).ToArray(), sizes), name);
    }

    public static TensorData Values(ulong seed, params long[] sizes) =>
        TensorData.Adopt(LinearModels.Values((int)sizes.Aggregate(1L, (product, size) => product * size), seed), sizes);

    private static long[] Ints(params long[] values) => values;
}
