using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Tests.Graphs.Passes;
using Unmask.Tests.Support;

namespace Unmask.Tests.Autodiff;

/// <summary>What exporters write out is found again, and computes the same.</summary>
public sealed class RecognitionTests
{
    [Theory]
    [InlineData("erf", "Gelu")]
    [InlineData("tanh", "Gelu")]
    [InlineData("clip", "HardSwish")]
    [InlineData("hardsigmoid", "HardSwish")]
    public void An_activation_that_is_written_out_becomes_one_operator(string form, string expected)
    {
        var builder = new GraphBuilder(form);
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 40));
        string y = form switch
        {
            "erf" => Mul(Mul(x, Op("Add", Op("Erf", Op("Div", x, C(Math.Sqrt(2)))), C(1))), C(0.5)),
            "tanh" => Mul(Mul(C(0.5), x), Op("Add", C(1), Op("Tanh", Mul(C(Math.Sqrt(2 / Math.PI)), Op("Add", x, Mul(C(0.044715), Op("Pow", x, C(3)))))))),
            "clip" => Op("Div", Mul(x, Op("Clip", Op("Add", x, C(3)), C(0), C(6))), C(6)),
            _ => Mul(x, builder.Add("HardSigmoid", [x], null, ("alpha", 1f / 6), ("beta", 0.5f))),
        };
        builder.Output(y, ElementType.Float32, null);
        var graph = builder.Build();
        var recognized = RecognizeActivations.Run(graph);
        Assert.Equal([expected], recognized.Nodes.Select(node => node.OpType));
        Equivalence.AssertSame(graph, recognized, 1e-5);

        string Op(string opType, params string[] inputs) => builder.Add(opType, inputs);
        string Mul(string one, string other) => Op("Mul", one, other);
        string C(double value) => builder.Constant((float)value);
    }

    [Fact]
    public void A_product_that_only_looks_like_one_stays()
    {
        var builder = new GraphBuilder("other");
        string x = builder.Input("x", ElementType.Float32, Shape.Of(4));
        string gate = builder.Add("Add", [builder.Add("Erf", [x]), builder.Constant(1f)]); // erf(x), not erf(x/√2)
        builder.Output(builder.Add("Mul", [builder.Add("Mul", [x, gate]), builder.Constant(0.5f)]), ElementType.Float32, null);
        var graph = builder.Build();
        Assert.Same(graph, RecognizeActivations.Run(graph));
    }

    [Theory]
    [InlineData("Pow")]
    [InlineData("Mul")]
    public void A_layer_normalisation_that_is_written_out_becomes_one_operator(string square)
    {
        var builder = new GraphBuilder("norm");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 5, 8));
        string last = builder.Constant([-1], "last");
        string d = builder.Add("Sub", [x, builder.Add("ReduceMean", [x, last])]);
        string squared = builder.Add(square, [d, square == "Pow" ? builder.Constant(2f) : d]);
        string root = builder.Add("Sqrt", [builder.Add("Add", [builder.Add("ReduceMean", [squared, last]), builder.Constant(1e-4f)])]);
        string scaled = builder.Add("Mul", [builder.Add("Div", [d, root]), SmallNets.Weights(builder, "gamma", 1, 8)]);
        builder.Output(builder.Add("Add", [scaled, SmallNets.Weights(builder, "beta", 2, 8)]), ElementType.Float32, null);
        var graph = builder.Build();
        var recognized = RecognizeLayerNormalization.Run(graph);
        Assert.Equal(["LayerNormalization"], recognized.Nodes.Select(node => node.OpType));
        Equivalence.AssertSame(graph, recognized, 1e-5);
    }

    [Fact]
    public void A_silu_is_told_from_other_gates()
    {
        var builder = new GraphBuilder("gates");
        string x = builder.Input("x", ElementType.Float32, Shape.Of(4));
        string silu = builder.Add("Mul", [builder.Add("Sigmoid", [x]), x], "silu");
        builder.Output(builder.Add("Mul", [builder.Add("Sigmoid", [silu]), x], "gate"), ElementType.Float32, null);
        var graph = builder.Build();
        Assert.Equal(["silu"], graph.Nodes.Where(node => RecognizeActivations.IsSilu(node, graph)).Select(node => node.Name));
    }

    [SharedFact]
    public void Attention_is_found_in_a_vision_transformer()
    {
        var graph = ShapeInference.Run(RaiseOpset.Run(OnnxReader.Read(Path.Combine(Shared.Models, "vit_cifar10.onnx"))));
        var blocks = AttentionBlock.FindAll(graph);
        Assert.Equal(6, blocks.Length);
        Assert.All(blocks, block => Assert.Equal("[8, 65, 65]", new Shape(graph.ShapeOf(block.Weights)!.Skip(1).ToArray()).ToString()));
        Assert.Equal(6, Gradient.Build(graph, graph.Outputs[0].Name, [.. blocks.Select(block => block.Weights)]).Multipliers.Length);
    }

    [SharedFact]
    public void Real_networks_compute_the_same()
    {
        foreach (string name in new[] { "act_zoo", "vit_tiny", "mobile" })
        {
            var graph = RaiseOpset.Run(OnnxReader.Read(Path.Combine(Shared.Reference, "models", $"{name}.onnx")));
            Equivalence.AssertSame(graph, RecognizeLayerNormalization.Run(RecognizeActivations.Run(graph)), 1e-5);
        }

        var vit = RaiseOpset.Run(OnnxReader.Read(Path.Combine(Shared.Reference, "models", "vit_tiny.onnx")));
        Assert.Contains(RecognizeActivations.Run(vit).Nodes, node => node.OpType == "Gelu");
    }
}
