using Unmask.Graphs;
using Unmask.Runtime;

namespace Unmask.Tests.Graphs.Passes;

public sealed class RaiseOpsetTests
{
    public static TheoryData<string> Cases => [.. RaiseOpsetCases.All.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_old_operator_computes_the_same_after_being_raised(string name)
    {
        var old = RaiseOpsetCases.All[name];
        var raised = RaiseOpset.Run(old);
        Assert.Equal(OperatorSets.Working, raised.Opset);
        Assert.Equal(old.Outputs, raised.Outputs);
        Assert.All(raised.Nodes, node => Assert.True(node.Origin.Position >= 0, $"{node} lost its origin"));
        if (old.Inputs.Length == 1)
        {
            Equivalence.AssertSame(old, raised, Tolerance(name));
        }
        else
        {
            AssertSameFor([2, 3, 4], old, raised);
        }
    }

    [Fact]
    public void A_raised_softmax_stays_one_operator_where_that_is_exact()
    {
        Assert.Equal(["y = Softmax(x) axis=-1"], RaiseOpset.Run(RaiseOpsetCases.All["Softmax 7, default axis of a matrix"]).Lines());
        Assert.Equal(["y = Softmax(x) axis=1"], RaiseOpset.Run(RaiseOpsetCases.All["Softmax 9, trailing ones"]).Lines());
        Assert.Equal(
            ["y_Flatten = Flatten(x) axis=1", "y_Softmax = Softmax(y_Flatten) axis=-1", "y_Shape = Shape(x)", "y = Reshape(y_Softmax, y_Shape)"],
            RaiseOpset.Run(RaiseOpsetCases.All["Softmax 11, default axis of an image"]).Lines());
    }

    [Fact]
    public void Subgraphs_are_raised_too()
    {
        var body = new Graph
        {
            Nodes = [new Node("t", "Unsqueeze", ["x"], ["t"]).With("axes", new long[] { 0 }), new Node("c", "Clip", ["t"], ["u"]).With("min", 0f)],
            Outputs = [new Value("u", ElementType.Float32, Shape.Of(1, 3))],
        };
        var builder = new GraphBuilder("branches", opset: 10);
        builder.Input("x", ElementType.Float32, Shape.Of(3));
        builder.Input("c", ElementType.Bool, Shape.Scalar);
        builder.AddNode(new Node("if", "If", ["c"], ["y"]).With("then_branch", body).With("else_branch", body));
        builder.Output("y", ElementType.Float32, Shape.Of(1, 3));
        var old = builder.Build();
        var raised = RaiseOpset.Run(old);
        var branch = raised.Nodes[0].Subgraphs.First();
        Assert.Equal(2, branch.Constants.Count);
        Equivalence.AssertSame(old, raised);
    }

    [Fact]
    public void Graphs_at_or_above_the_version_stay_as_they_are()
    {
        var graph = new GraphBuilder("new", opset: 22).Build();
        Assert.Same(graph, RaiseOpset.Run(graph));
    }

    [Fact]
    public void Graphs_below_the_oldest_version_are_refused()
    {
        var error = Assert.Throws<ModelFormatException>(() => RaiseOpset.Run(new GraphBuilder("old", opset: 6).Build()));
        Assert.Contains("operator set 6", error.Message);
        Assert.Contains("7 to 25", error.Message);
    }

    [Fact]
    public void What_has_no_equal_is_refused_with_the_nodes_name()
    {
        var scan = RaiseOpsetCases.All["Shape 9"] with { Nodes = [new Node("s", "Scan", ["x"], ["y"]) { Origin = new Origin("/loop/scan", 3) }], Opsets = new GraphBuilder("", 8).Build().Opsets };
        Assert.Contains("Scan at node \"/loop/scan\" (node 4)", Assert.Throws<ModelFormatException>(() => RaiseOpset.Run(scan)).Message);
    }

    [Fact]
    public void A_mask_of_dropout_that_is_read_as_a_number_stays_one()
    {
        var graph = RaiseOpset.Run(RaiseOpsetCases.All["Dropout 7"] with
        {
            Nodes = [new Node("d", "Dropout", ["x"], ["y", "mask"]), new Node("m", "Mul", ["y", "mask"], ["z"])],
            Outputs = [new Value("z", null)],
        });
        using var session = Session.FromGraph(graph);
        var x = Equivalence.Some(graph.Inputs[0]);
        var z = session.Run(new Dictionary<string, TensorData> { ["x"] = x })[0];
        Assert.Equal(x.AsSpan<float>().ToArray(), z.AsSpan<float>().ToArray());
    }

    [Theory]
    [InlineData(1L, new long[] { 2, 3 })]
    [InlineData(0L, new long[] { 2, 3 })]
    public void An_experimental_fill_that_the_runtime_lost_becomes_a_standard_one(long asShape, long[] expected)
    {
        var fill = new Node("fill", "ConstantFill", [asShape == 1 ? "s" : "x"], ["y"]).With("value", 2.5f).With("input_as_shape", asShape);
        var old = RaiseOpsetCases.All["Shape 9"] with
        {
            Nodes = [new Node("shape", "Shape", ["x"], ["s"]), fill],
            Outputs = [new Value("y", null)],
            Opsets = new GraphBuilder("", 7).Build().Opsets,
        };
        using var session = Session.FromGraph(RaiseOpset.Run(old));
        var y = session.Run(new Dictionary<string, TensorData> { ["x"] = Equivalence.Some(old.Inputs[0]) })[0];
        Assert.Equal(expected, y.Dimensions);
        Assert.All(y.AsSpan<float>().ToArray(), value => Assert.Equal(2.5f, value));
    }

    [Fact]
    public void Group_normalization_can_be_raised_above_the_working_set()
    {
        var builder = new GraphBuilder("groups");
        builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 6, 2, 2));
        string scale = builder.Constant(TensorData.Vector(0.5f, 2f), "scale");
        string bias = builder.Constant(TensorData.Vector(-1f, 3f), "bias");
        builder.AddNode(new Node("norm", "GroupNormalization", ["x", scale, bias], ["y"]).With("num_groups", 2L));
        builder.Output("y", ElementType.Float32, new Shape(Dimension.Named("N"), 6, 2, 2));
        var graph = builder.Build();
        Equivalence.AssertSame(graph, RaiseOpset.Run(graph, 22), 1e-6);
    }

    [Fact]
    public void Graphs_of_different_operator_sets_can_be_joined()
    {
        var old = RaiseOpsetCases.All["ReduceMean 7"] with { Outputs = [new Value("y", ElementType.Float32, Shape.Of(3))] };
        var builder = new GraphBuilder("new", opset: 22);
        builder.Input("x", ElementType.Float32, Shape.Of(3));
        builder.AddNode(new Node("neg", "Neg", ["x"], ["out"]));
        builder.Output("out", ElementType.Float32, Shape.Of(3));
        var joined = JoinGraphs.Run(old, builder.Build(), new Dictionary<string, string> { ["x"] = "y" });
        Assert.Equal(22, joined.Opset);
        using var session = Session.FromGraph(joined);
        using var alone = Session.FromGraph(old);
        var input = Equivalence.Some(old.Inputs[0]);
        float[] mean = alone.Run(new Dictionary<string, TensorData> { [old.Inputs[0].Name] = input })[0].AsSpan<float>().ToArray();
        float[] negated = session.Run(new Dictionary<string, TensorData> { [joined.Inputs[0].Name] = input })[0].AsSpan<float>().ToArray();
        Assert.Equal(mean.Select(value => -value), negated);
    }

    private static void AssertSameFor(long[] shape, Graph old, Graph raised)
    {
        using var one = Session.FromGraph(old);
        using var other = Session.FromGraph(raised);
        var inputs = new Dictionary<string, TensorData>
        {
            ["x"] = Equivalence.Some(new Value("x", ElementType.Float32, Shape.Of(shape))),
            ["shape"] = TensorData.Vector<long>(shape),
        };
        Equivalence.AssertClose(["y"], one.Run(inputs), other.Run(inputs), 0);
    }

    /// <summary>Bits are equal except where the runtime has another kernel for the newer version.</summary>
    private static double Tolerance(string name) => name.Split(' ')[0] switch
    {
        "Affine" or "ImageScaler" or "ParametricSoftplus" or "ScaledTanh" or "BatchNormalization" or "AveragePool" => 1e-6,
        _ => 0,
    };
}
