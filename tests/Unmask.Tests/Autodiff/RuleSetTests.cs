using Unmask.Graphs;
using Unmask.Tests.Support;

namespace Unmask.Tests.Autodiff;

/// <summary>That other answers to «what flows back» are a few rows over the derivative, and that a reference can be asked for.</summary>
public sealed class RuleSetTests
{
    private static readonly RuleSet Guided = new RuleTable().Unary("Relu", (dy, x, y) => dy.Where(x > 0).Where(dy > 0)).Over(RuleSet.Gradient);

    private static readonly RuleSet Rescale = new RuleTable()
        .Add(RuleKind.Unary, "Tanh Sigmoid Relu Softplus", b => b.Flow(0, b => b.Dy() * ((b.Y() - b.ReferenceY()) / (b.X(0) - b.Reference(0)))))
        .Over(RuleSet.Gradient);

    [Fact]
    public void Guided_backpropagation_is_one_row()
    {
        var graph = SmallNets.Mlp("Relu");
        var x = SmallNets.Values(5, 1, 3);
        var found = Derivative.Run(Gradient.Build(graph, "y", ["x"], new() { Rules = Guided }), Feed(x), TensorData.Adopt(new[] { 1f, 0 }, 1, 2))[1];
        float[] w1 = graph.Constants["w1"].AsSpan<float>().ToArray(), b1 = graph.Constants["b1"].AsSpan<float>().ToArray(), w2 = graph.Constants["w2"].AsSpan<float>().ToArray();
        float[] expected = new float[3];
        for (int unit = 0; unit < 6; unit++)
        {
            float z = b1[unit] + Enumerable.Range(0, 3).Sum(i => x.AsSpan<float>()[i] * w1[(i * 6) + unit]);
            for (int i = 0; i < 3 && z > 0 && w2[unit * 2] > 0; i++)
            {
                expected[i] += w1[(i * 6) + unit] * w2[unit * 2];
            }
        }

        Near.Equal(expected, found.AsSpan<float>(), 1e-6, "guided");
        Assert.Contains(expected, value => value != 0);
    }

    [Theory]
    [InlineData("Tanh")]
    [InlineData("Softplus")]
    public void A_rule_that_asks_for_a_reference_sums_to_the_difference(string activation)
    {
        var graph = SmallNets.ConvNet(activation, maxPool: false);
        var program = Gradient.Build(graph, "y", ["x"], new() { Rules = Rescale, References = ["x"] });
        Assert.Equal(["x_Reference"], program.References.ToArray());
        TensorData x = SmallNets.Values(5, 1, 3, 9, 9), reference = SmallNets.Values(6, 1, 3, 9, 9);
        var seed = TensorData.Adopt(new[] { 0f, 1, 0, 0 }, 1, 4);
        var results = Derivative.Run(program, new Dictionary<string, TensorData> { ["x"] = x, ["x_Reference"] = reference }, seed);
        float there = results[0].AsSpan<float>()[1];
        float before = Derivative.Run(Gradient.Build(graph, "y", ["x"]), Feed(reference), seed)[0].AsSpan<float>()[1];
        double sum = 0;
        for (int i = 0; i < x.Count; i++)
        {
            sum += ((double)x.AsSpan<float>()[i] - reference.AsSpan<float>()[i]) * results[1].AsSpan<float>()[i];
        }

        Assert.Equal(there - before, sum, 1e-4);
    }

    [Fact]
    public void The_transpose_of_a_layer_with_other_weights_is_at_hand()
    {
        // What relevance rules are made of: Wᵀ⁺·dy through the convolution's own derivative.
        var positive = new RuleTable().Linear("Conv", b =>
        {
            var row = RuleSet.Gradient.For(b.Node, 20)!;
            b.Flow(0, b => b.Transpose(row, 0, b.Dy(), null, b.X(1).Relu(), null));
        }).Over(RuleSet.Gradient);
        var builder = new GraphBuilder("conv");
        string x = builder.Input("x", ElementType.Float32, Shape.Of(1, 2, 5, 5));
        string y = builder.Add("Conv", [x, SmallNets.Weights(builder, "w", 1, 3, 2, 3, 3)], "conv", ("strides", (long[])[2, 2]));
        builder.Output(y, ElementType.Float32, null);
        var graph = builder.Build();
        var clamped = graph with { Constants = graph.Constants.SetItem("w", TensorData.Adopt(graph.Constants["w"].AsSpan<float>().ToArray().Select(w => Math.Max(w, 0)).ToArray(), 3, 2, 3, 3)) };
        TensorData at = SmallNets.Values(5, 1, 2, 5, 5), seed = SmallNets.Values(6, 1, 3, 2, 2);
        var expected = Derivative.Run(Gradient.Build(clamped, y, ["x"]), Feed(at), seed)[1];
        var found = Derivative.Run(Gradient.Build(graph, y, ["x"], new() { Rules = positive }), Feed(at), seed)[1];
        Near.Equal(expected.AsSpan<float>(), found.AsSpan<float>(), 1e-6, "transpose");
    }

    private static Dictionary<string, TensorData> Feed(TensorData x) => new() { ["x"] = x };
}
