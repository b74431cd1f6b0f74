using Unmask.Graphs;
using Unmask.Probing;
using Unmask.Tests.Support;

namespace Unmask.Tests.WhiteBox;

/// <summary>Networks on pictures of 3 × 16 × 16, small enough for closed forms.</summary>
internal static class SmallNets
{
    public const int Side = 16;
    public const int Channels = 5;
    public const int Classes = 3;

    public static float[] HeadWeights { get; } = LinearModels.Values(Classes * Channels, seed: 12);

    /// <summary>Conv, ReLU, Conv, ReLU ("maps"), global average pooling, a linear head: with or without biases.</summary>
    public static Graph Pooled(bool biases)
    {
        var builder = new GraphBuilder("pooled");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 3, Side, Side));
        string first = Convolution(builder, x, 3, 4, 10, biases, "first");
        string maps = builder.Add("Relu", [Convolution(builder, builder.Add("Relu", [first], "first_relu"), 4, Channels, 11, biases, "second")], "maps");
        string pooled = builder.Add("Flatten", [builder.Add("GlobalAveragePool", [maps])], null, ("axis", 1L));
        string w = builder.Constant(TensorData.Adopt(HeadWeights, Classes, Channels), "w");
        string[] inputs = biases ? [pooled, w, builder.Constant(TensorData.Vector<float>([0.3f, -0.2f, 0.1f]), "b")] : [pooled, w];
        builder.OutputAs(builder.Add("Gemm", inputs, null, ("transB", 1L)), "y", ElementType.Float32, new Shape(Dimension.Named("N"), Classes));
        return builder.Build();
    }

    public static Model Load(bool biases, ModelOptions? options = null) => Model.FromGraph(Pooled(biases), (options ?? new()) with { OutputKind = OutputKind.Logits });

    public static ModelInput Input(Model model, ulong seed = 1) => model.Prepare(TensorData.Adopt(LinearModels.Values(3 * Side * Side, seed), 1, 3, Side, Side))[0];

    private static string Convolution(GraphBuilder builder, string x, int from, int to, ulong seed, bool biases, string name)
    {
        string w = builder.Constant(TensorData.Adopt(LinearModels.Values(to * from * 9, seed), to, from, 3, 3), $"{name}_w");
        string[] inputs = biases ? [x, w, builder.Constant(TensorData.Adopt(LinearModels.Values(to, seed + 100), to), $"{name}_b")] : [x, w];
        return builder.Add("Conv", inputs, name, ("pads", new NodeAttribute.Ints([1, 1, 1, 1])), ("kernel_shape", new NodeAttribute.Ints([3, 3])));
    }
}
