using Unmask.Graphs;

namespace Unmask.Tests.Graphs;

public sealed class ShapesControlFlowTests
{
    [Fact]
    public void Branches_that_agree_are_merged_and_what_differs_is_unknown()
    {
        Assert.Equal("[N, 8]", Merged("N,8", Branch("Relu"), Branch("Sigmoid")));
        Assert.Equal("[?, ?]", Merged("N,8", Branch("Relu"), Branch("Transpose")));
        Assert.Equal("null", Merged("N,8", Branch("Relu"), Branch("ReduceSum", ("keepdims", 0))));
    }

    [Fact]
    public void A_branch_that_fits_nothing_is_no_error_unless_it_is_taken()
    {
        // Squeezing an axis of 8 is impossible; exporters guard it with an If.
        var squeeze = Branch("Squeeze", ("axes", new long[] { 1 }));
        Assert.Equal("null", Merged("N,8", squeeze, Branch("Relu")));
        Assert.Equal("[N, 8]", Merged("N,8", squeeze, Branch("Relu"), condition: false));
        Assert.Throws<ShapeInferenceException>(() => Merged("N,8", squeeze, Branch("Relu"), condition: true));
        Assert.Equal("[N]", Merged("N,1", squeeze, Branch("Relu"), condition: true));
    }

    [Fact]
    public void A_branch_sees_the_sizes_around_it_and_is_typed_inside()
    {
        var graph = new GraphBuilder("outer");
        string x = graph.Input("x", ElementType.Float32, ShapesOf.Parse("N,8"));
        string flag = graph.Input("flag", ElementType.Bool, Shape.Scalar);
        string shape = graph.Add("Shape", [x], "shape");
        var body = new GraphBuilder("body");
        string made = body.AddNode(new Node("ones", "ConstantOfShape", [shape], ["ones_out"])).Outputs[0];
        string result = body.AddNode(new Node("negative", "Neg", [made], ["negative_out"])).Outputs[0];
        body.Output(result, ElementType.Float32, null);
        string y = graph.Add("If", [flag], "if", ("then_branch", body.Build()), ("else_branch", body.Build()));
        var inferred = ShapeInference.Run(graph.Build());
        Assert.Equal("[N, 8]", inferred.ShapeOf(y)?.ToString());
        Assert.All(inferred.Nodes[^1].Subgraphs, branch => Assert.Equal("[N, 8]", branch.ShapeOf("ones_out")?.ToString()));
    }

    [Fact]
    public void A_loop_forgets_what_its_body_changes()
    {
        // One carried tensor grows by a row each time, one stays; one row is collected each time.
        var body = new GraphBuilder("body");
        body.Input("i", ElementType.Int64, Shape.Scalar);
        string again = body.Input("again", ElementType.Bool, Shape.Scalar);
        string grows = body.Input("grows", ElementType.Float32, null);
        string stays = body.Input("stays", ElementType.Float32, null);
        body.OutputAs(again, "again_out", ElementType.Bool, null);
        body.OutputAs(body.Add("Concat", [grows, stays], null, ("axis", 0)), "grows_out", ElementType.Float32, null);
        body.OutputAs(body.Add("Relu", [stays]), "stays_out", ElementType.Float32, null);
        body.OutputAs(body.Add("Neg", [stays]), "row", ElementType.Float32, null);
        var graph = new GraphBuilder("outer");
        string x = graph.Input("x", ElementType.Float32, ShapesOf.Parse("1,D"));
        string count = graph.Constant(TensorData.Scalar(5L));
        string go = graph.Constant(TensorData.Scalar(true));
        var loop = graph.AddNode("Loop", [count, go, x, x], 3, "loop", ("body", body.Build()));
        var inferred = ShapeInference.Run(graph.Build());
        Assert.Equal(["[?, D]", "[1, D]", "[5, 1, D]"], loop.Outputs.Select(name => inferred.ShapeOf(name)?.ToString()));
    }

    [Fact]
    public void A_scan_walks_along_an_axis()
    {
        var body = new GraphBuilder("body");
        string sum = body.Input("sum", ElementType.Float32, null);
        string item = body.Input("item", ElementType.Float32, null);
        string next = body.Add("Add", [sum, item], "next");
        body.Output(next, ElementType.Float32, null);
        body.OutputAs(next, "step", ElementType.Float32, null);
        var graph = new GraphBuilder("outer");
        string x = graph.Input("x", ElementType.Float32, ShapesOf.Parse("N,L,8"));
        string start = graph.Input("start", ElementType.Float32, ShapesOf.Parse("N,8"));
        var scan = graph.AddNode(
            "Scan", [start, x], 2, "scan", ("body", body.Build()), ("num_scan_inputs", 1), ("scan_input_axes", new long[] { 1 }), ("scan_output_axes", new long[] { 1 }));
        var inferred = ShapeInference.Run(graph.Build());
        Assert.Equal(["[N, 8]", "[N, L, 8]"], scan.Outputs.Select(name => inferred.ShapeOf(name)?.ToString()));
    }

    [Fact]
    public void Sequences_keep_what_their_items_share()
    {
        var graph = new GraphBuilder("sequences");
        string a = graph.Input("a", ElementType.Float32, ShapesOf.Parse("N,3"));
        string b = graph.Input("b", ElementType.Float32, ShapesOf.Parse("N,5"));
        string both = graph.Add("SequenceConstruct", [a, b]);
        string item = graph.Add("SequenceAt", [both, graph.Constant(TensorData.Scalar(0L))]);
        string joined = graph.Add("ConcatFromSequence", [both], null, ("axis", 1));
        var inferred = ShapeInference.Run(graph.Build());
        Assert.Equal("[N, ?]", inferred.ShapeOf(item)?.ToString());
        Assert.Equal("[N, ?]", inferred.ShapeOf(joined)?.ToString());
    }

    private static Graph Branch(string operation, params (string Name, NodeAttribute Value)[] attributes)
    {
        var body = new GraphBuilder("branch");
        var node = attributes.Aggregate(new Node("inner", operation, ["x"], ["branch_out"]), (with, attribute) => with.With(attribute.Name, attribute.Value));
        body.AddNode(node);
        body.Output("branch_out", ElementType.Float32, null);
        return body.Build();
    }

    private static string Merged(string x, Graph then, Graph otherwise, bool? condition = null)
    {
        var graph = new GraphBuilder("outer");
        graph.Input("x", ElementType.Float32, ShapesOf.Parse(x));
        string flag = condition is { } known ? graph.Constant(TensorData.Scalar(known)) : graph.Input("flag", ElementType.Bool, Shape.Scalar);
        string y = graph.Add("If", [flag], "if", ("then_branch", then), ("else_branch", otherwise));
        return ShapeInference.Run(graph.Build()).ShapeOf(y)?.ToString() ?? "null";
    }
}
