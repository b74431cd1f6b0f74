using Unmask.Graphs;
using Unmask.Tests.Support;

namespace Unmask.Tests.Autodiff;

/// <summary>One layer, as exporters write it: x, then h (x itself or a function of it), then y.</summary>
internal static class LayerNets
{
    public static (Graph Graph, long[] InputShape) Of(string kind, string? before)
    {
        bool flat = kind is "gemm" or "gemm-transposed" or "matmul-add";
        long[] shape = flat ? [1, 7] : [1, 4, 5, 5];
        var builder = new GraphBuilder(kind);
        string x = builder.Input("x", ElementType.Float32, Shape.Of(shape));
        builder.AddNode(new Node("before", before ?? "Identity", [x], ["h"]));
        string y = Layer(builder, kind);
        long[] made = kind switch { "gemm" or "gemm-transposed" or "matmul-add" => [1, 5], "transposed" => [1, 3, 9, 9], "norm" => [1, 4, 5, 5], "conv" => [1, 6, 3, 3], _ => [1, 6, 5, 5] };
        builder.OutputAs(y, "y", ElementType.Float32, Shape.Of(made));
        return (builder.Build(), shape);
    }

    private static string Layer(GraphBuilder builder, string kind)
    {
        string W(string name, ulong seed, params long[] sizes) => SmallNets.Weights(builder, name, seed, sizes);
        (string, NodeAttribute) pads = ("pads", (long[])[1, 1, 1, 1]), strides = ("strides", (long[])[2, 2]);
        return kind switch
        {
            "gemm" => builder.Add("Gemm", ["h", W("w", 1, 7, 5), W("b", 2, 5)], "layer", ("alpha", -0.5f), ("beta", 2f)),
            "gemm-transposed" => builder.Add("Gemm", ["h", W("w", 1, 5, 7), W("b", 2, 5)], "layer", ("transB", 1L)),
            "matmul-add" => builder.Add("Add", [W("b", 2, 5), builder.Add("MatMul", ["h", W("w", 1, 7, 5)], "layer")], "bias"),
            "conv" => builder.Add("Conv", ["h", W("w", 1, 6, 4, 3, 3), W("b", 2, 6)], "layer", pads, strides),
            "conv-grouped" => builder.Add("Conv", ["h", W("w", 1, 6, 2, 3, 3), W("b", 2, 6)], "layer", pads, ("group", 2L)),
            "conv-norm" => Norm(builder, builder.Add("Conv", ["h", W("w", 1, 6, 4, 3, 3), W("b", 2, 6)], "layer", pads), 6),
            "conv-mul-add" => builder.Add("Add", [builder.Add("Mul", [builder.Add("Conv", ["h", W("w", 1, 6, 4, 3, 3)], "layer", pads), W("scale", 3, 6, 1, 1)]), W("b", 2, 1, 6, 1, 1)]),
            "transposed" => builder.Add("ConvTranspose", ["h", W("w", 1, 4, 3, 3, 3), W("b", 2, 3)], "layer", pads, strides),
            _ => Norm(builder, "h", 4),
        };
    }

    private static string Norm(GraphBuilder builder, string x, int channels)
    {
        string variance = builder.Constant(TensorData.Adopt(LinearModels.Values(channels, 6).Select(value => 1.5f + value).ToArray(), channels), "variance");
        return builder.Add(
            "BatchNormalization",
            [x, SmallNets.Weights(builder, "gamma", 3, channels), SmallNets.Weights(builder, "beta", 4, channels), SmallNets.Weights(builder, "mean", 5, channels), variance],
            "norm");
    }
}
