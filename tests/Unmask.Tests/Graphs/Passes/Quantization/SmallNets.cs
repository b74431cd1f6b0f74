using Unmask.Graphs;
using Unmask.Tests.Support;

namespace Unmask.Tests.Graphs.Passes.Quantization;

/// <summary>Small networks with every kind of operator that the pass knows.</summary>
internal static class SmallNets
{
    public const int Side = 16;

    /// <summary>Convolution, ReLU6, depthwise convolution, residual sum with ReLU, maximum pooling, concatenation, global pooling, matrix product.</summary>
    public static Graph Residual(int classes = 5)
    {
        var net = new GraphBuilder("residual");
        string x = net.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 3, Side, Side));
        string stem = Clip(net, Conv(net, x, 3, 16, 3, 1, "stem"));
        string deep = Clip(net, Conv(net, stem, 16, 16, 3, 16, "depthwise"));
        string branch = Conv(net, deep, 16, 16, 1, 1, "project");
        string sum = net.Add("Relu", [net.Add("Add", [stem, branch], "sum")], "sum_relu");
        string pooled = net.Add("MaxPool", [sum], "pool", ("kernel_shape", new[] { 2L, 2 }), ("strides", new[] { 2L, 2 }));
        string left = net.Add("Relu", [Conv(net, pooled, 16, 8, 1, 1, "left")]);
        string both = net.Add("Concat", [left, pooled], "both", ("axis", 1L));
        string last = net.Add("Relu", [Conv(net, both, 24, 32, 3, 1, "last")]);
        string flat = net.Add("Flatten", [net.Add("GlobalAveragePool", [last])], null, ("axis", 1L));
        string weights = net.Constant(TensorData.Adopt(Scaled(32 * classes, 20, 0.6f), classes, 32), "fc_w");
        string logits = net.Add("Gemm", [flat, weights, net.Constant(TensorData.Adopt(Scaled(classes, 21, 0.1f), classes), "fc_b")], "fc", ("transB", 1L));
        net.OutputAs(logits, "y", ElementType.Float32, new Shape(Dimension.Named("N"), classes));
        return net.Build();
    }

    /// <summary>
    /// A network that bytes spoil: a channel of 0 to 10⁴ is carried beside one of 0 to 1 and multiplied by 0 at the end, so its step swallows the one that counts.
    /// </summary>
    public static Graph Spoilt()
    {
        var net = new GraphBuilder("spoilt");
        string x = net.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 1, Side, Side));
        string wide = net.Add("Relu", [net.Add("Conv", [x, net.Constant(TensorData.Adopt([1f, 10000f], 2, 1, 1, 1), "w")])]);
        string narrow = net.Add("Conv", [wide, net.Constant(TensorData.Adopt([1f, 0f, 0.5f, 0f], 2, 2, 1, 1), "v")]);
        string flat = net.Add("Flatten", [net.Add("GlobalAveragePool", [narrow])], null, ("axis", 1L));
        net.OutputAs(flat, "y", ElementType.Float32, new Shape(Dimension.Named("N"), 2));
        return net.Build();
    }

    public static TensorData Pictures(int count, int channels, ulong seed) =>
        TensorData.Adopt(LinearModels.Values(count * channels * Side * Side, seed), count, channels, Side, Side);

    private static string Clip(GraphBuilder net, string value) => net.Add("Clip", [value, net.Constant(0f), net.Constant(6f)]);

    private static string Conv(GraphBuilder net, string x, int from, int to, int kernel, int group, string name)
    {
        int inputs = from / group;
        ulong seed = (ulong)(name.Length + (10 * to) + kernel);
        float size = 1.7f / MathF.Sqrt(inputs * kernel * kernel);
        string w = net.Constant(TensorData.Adopt(Scaled(to * inputs * kernel * kernel, seed, size), to, inputs, kernel, kernel), $"{name}_w");
        string b = net.Constant(TensorData.Adopt(Scaled(to, seed + 1, 0.2f), to), $"{name}_b");
        long pad = kernel / 2;
        return net.Add("Conv", [x, w, b], name, ("group", (long)group), ("pads", new[] { pad, pad, pad, pad }));
    }

    private static float[] Scaled(int count, ulong seed, float size) => [.. LinearModels.Values(count, seed).Select(value => value * size)];
}
