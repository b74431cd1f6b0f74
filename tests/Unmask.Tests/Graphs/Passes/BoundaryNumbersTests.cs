using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Runtime;

namespace Unmask.Tests.Graphs.Passes;

/// <summary>What the passes at the ends of a model make, run in ONNX Runtime.</summary>
public sealed class BoundaryNumbersTests
{
    [Theory]
    [InlineData("Softmax")]
    [InlineData("LogSoftmax")]
    [InlineData("spelt out")]
    [InlineData("squeezed")]
    public void Probabilities_are_the_softmax_of_the_logits(string end)
    {
        var builder = new GraphBuilder("classifier");
        builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 5, 1));
        string z = builder.Add("Mul", ["x", builder.Constant(3f)], "z");
        string axes = builder.Constant([1], "axes");
        string last = end switch
        {
            "spelt out" => SpeltOut(builder, z, axes),
            "squeezed" => builder.Add("Squeeze", [builder.Add("Softmax", [z], null, ("axis", 1L)), builder.Constant([2])]),
            _ => builder.Add(end, [z], null, ("axis", 1L)),
        };
        builder.OutputAs(last, "y", ElementType.Float32, null);
        var split = SplitFinalActivation.Run(builder.Build(), "y");
        Verifier.ThrowIfInvalid(split.Graph);
        Assert.NotNull(split.Probabilities);

        using var session = Session.FromGraph(split.Graph);
        var x = Equivalence.Some(split.Graph.Inputs[0]);
        var results = session.Run(new Dictionary<string, TensorData> { ["x"] = x }, [split.Logits, split.Probabilities]);
        float[] logits = results[0].AsSpan<float>().ToArray();
        Assert.Equal(x.AsSpan<float>().ToArray().Select(value => value * 3), logits);
        Assert.Equal(results[0].Dimensions.ToArray(), results[1].Dimensions.ToArray());
        foreach (var (row, probabilities) in logits.Chunk(5).Zip(results[1].AsSpan<float>().ToArray().Chunk(5)))
        {
            double sum = row.Sum(value => Math.Exp(value));
            Assert.All(row.Zip(probabilities), pair => Assert.Equal(Math.Exp(pair.First) / sum, pair.Second, 1e-6));
        }
    }

    [Fact]
    public void A_model_that_is_nothing_but_a_softmax_has_its_input_as_logits()
    {
        var builder = new GraphBuilder("softmax");
        builder.Input("x", ElementType.Float32, Shape.Of(1, 3));
        builder.OutputAs(builder.Add("Softmax", ["x"]), "y", ElementType.Float32, Shape.Of(1, 3));
        var split = SplitFinalActivation.Run(builder.Build(), "y");
        using var session = Session.FromGraph(split.Graph);
        var x = TensorData.Adopt([1f, 2, 3], 1, 3);
        Assert.Equal([1f, 2, 3], session.Run(new Dictionary<string, TensorData> { ["x"] = x }, [split.Logits])[0].AsSpan<float>().ToArray());
    }

    [Fact]
    public void Inputs_and_constants_can_be_exposed()
    {
        var builder = new GraphBuilder("sum");
        builder.Input("x", ElementType.Float32, Shape.Of(2));
        string w = builder.Constant(TensorData.Vector(10f, 20f), "w");
        builder.OutputAs(builder.Add("Add", ["x", w]), "y", ElementType.Float32, Shape.Of(2));
        var results = Run(ExposeValues.Run(builder.Build(), ["x", "w"]), TensorData.Vector(1f, 2f));
        Assert.Equal([[11f, 22], [1, 2], [10, 20]], results.Select(result => result.AsSpan<float>().ToArray()));
    }

    [Theory]
    [InlineData(JoinSide.First)]
    [InlineData(JoinSide.Second)]
    public void Models_with_branches_and_equal_names_join(JoinSide main)
    {
        var model = JoinGraphsTests.WithBranch("w");
        var joined = JoinGraphs.Run(model, model, new Dictionary<string, string> { ["x"] = "y" }, new() { Main = main, KeepConnectedOutputs = true });
        Verifier.ThrowIfInvalid(joined);
        using var session = Session.FromGraph(joined);
        var x = TensorData.Adopt([1f, -2, 3], 1, 3);
        var inputs = new Dictionary<string, TensorData>
        {
            [joined.Inputs[0].Name] = x,
            [joined.Inputs[1].Name] = TensorData.Scalar(true),
            [joined.Inputs[2].Name] = TensorData.Scalar(false),
        };
        var results = session.Run(inputs, [.. joined.Outputs.Select(output => output.Name)]);
        Assert.Equal([2f, 0, 6], results[0].AsSpan<float>().ToArray());
        Assert.Equal([4f, 2, 8], results[1].AsSpan<float>().ToArray());
    }

    private static string SpeltOut(GraphBuilder builder, string z, string axes)
    {
        string exp = builder.Add("Exp", [builder.Add("Sub", [z, builder.Add("ReduceMax", [z, axes])])]);
        return builder.Add("Div", [exp, builder.Add("ReduceSum", [exp, axes])]);
    }

    private static Graph Squares(ElementType element)
    {
        var builder = new GraphBuilder("squares");
        builder.Input("x", element, new Shape(Dimension.Named("N"), 3));
        builder.OutputAs(builder.Add("Mul", ["x", "x"]), "y", element, new Shape(Dimension.Named("N"), 3));
        return builder.Build();
    }

    private static ImmutableArray<TensorData> Run(Graph graph, TensorData x)
    {
        // The runtime's optimiser drops pairs of casts, and with them the rounding to half.
        using var session = Session.FromGraph(graph, new() { Optimize = false });
        return session.Run(new Dictionary<string, TensorData> { ["x"] = x }, [.. graph.Outputs.Select(output => output.Name)]);
    }
}
