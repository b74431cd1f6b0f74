using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.Tests.Graphs.Passes;

public sealed class JoinGraphsTests
{
    private static readonly Dimension N = Dimension.Named("N");

    [Fact]
    public void The_main_sides_names_stay_and_the_others_give_way()
    {
        var prologue = Chain("prologue", "input", "Relu", "mid", "Exp", "out");
        var model = Chain("model", "input", "Neg", "mid", "Abs", "out");
        var joined = JoinGraphs.Run(prologue, model, Connect("input", "out"), new() { Prefix = "mask/" });
        Assert.Equal(["mask/mid = Relu(mask/input)", "input = Exp(mask/mid)", "mid = Neg(input)", "out = Abs(mid)"], joined.Lines());
        Assert.Equal(["mask/input: Float32[N, 3]"], joined.InputLines());
        Assert.Equal(["out: Float32[N, 3]"], joined.OutputLines());
        Assert.Equal("model", joined.Name);
    }

    [Fact]
    public void With_the_first_as_main_side_the_second_gives_way()
    {
        var model = Chain("model", "input", "Neg", "mid", "Abs", "out");
        var epilogue = Chain("epilogue", "input", "Relu", "mid", "Exp", "out");
        var joined = JoinGraphs.Run(model, epilogue, Connect("input", "out"), new() { Main = JoinSide.First });
        Assert.Equal(["mid = Neg(input)", "out = Abs(mid)", "mid_1 = Relu(out)", "out_1 = Exp(mid_1)"], joined.Lines());
        Assert.Equal(["out_1: Float32[N, 3]"], joined.OutputLines());
        Assert.Equal("model", joined.Name);
    }

    [Fact]
    public void A_connected_output_can_stay_an_output()
    {
        var model = Chain("model", "input", "Neg", "mid", "Abs", "out");
        var epilogue = Chain("epilogue", "scores", "Relu", "best", "Exp", "final");
        var options = new JoinOptions { Main = JoinSide.First, KeepConnectedOutputs = true };
        var joined = JoinGraphs.Run(model, epilogue, Connect("scores", "out"), options);
        Assert.Equal(["mid = Neg(input)", "out = Abs(mid)", "best = Relu(out)", "final = Exp(best)"], joined.Lines());
        Assert.Equal(["out", "final"], joined.Outputs.Select(output => output.Name));

        var reversed = JoinGraphs.Run(model, epilogue, Connect("scores", "out"), options with { Main = JoinSide.Second });
        Assert.Equal(["mid = Neg(input)", "out = Abs(mid)", "scores = Identity(out)", "best = Relu(scores)", "final = Exp(best)"], reversed.Lines());
    }

    [Fact]
    public void One_value_may_feed_several_inputs_and_an_input_of_the_first_may_feed_too()
    {
        var first = Chain("first", "x", "Relu", "a", "Exp", "b");
        var builder = new GraphBuilder("second");
        string p = builder.Input("p", ElementType.Float32, new Shape(N, 3));
        string q = builder.Input("q", ElementType.Float32, new Shape(N, 3));
        string r = builder.Input("r", ElementType.Float32, new Shape(N, 3));
        builder.AddNode(new Node("sum", "Sum", [p, q, r], ["s"]));
        builder.Output("s", ElementType.Float32, new Shape(N, 3));
        var joined = JoinGraphs.Run(first, builder.Build(), new Dictionary<string, string> { ["p"] = "b", ["q"] = "b", ["r"] = "x" });
        Assert.Equal(["a = Relu(x)", "p = Exp(a)", "q = Identity(p)", "r = Identity(x)", "s = Sum(p, q, r)"], joined.Lines());
        Assert.Equal(["x"], joined.Inputs.Select(input => input.Name));
    }

    [Fact]
    public void What_is_not_connected_passes_through_first_before_second()
    {
        var first = Two("first", "a", "b");
        var second = Two("second", "c", "d");
        var joined = JoinGraphs.Run(first, second, Connect("c", "b_out"));
        Assert.Equal(["a", "b", "d"], joined.Inputs.Select(input => input.Name));
        Assert.Equal(["a_out", "c_out", "d_out"], joined.Outputs.Select(output => output.Name));
    }

    [Fact]
    public void Names_inside_subgraphs_and_constants_do_not_clash_and_captured_values_follow()
    {
        var first = WithBranch("shared");
        var second = WithBranch("shared");
        var joined = JoinGraphs.Run(first, second, Connect("x", "y"));
        Assert.Equal(
            [
                "inner_1 = Relu(x_1)",
                "x = If(condition_1) else_branch={ e_1 = Add(inner_1, shared_1) } then_branch={ t_1 = Mul(inner_1, shared_1) }",
                "inner = Relu(x)",
                "y = If(condition) else_branch={ e = Add(inner, shared) } then_branch={ t = Mul(inner, shared) }",
            ],
            joined.Lines());
        Assert.Equal(["shared", "shared_1"], joined.Constants.Keys.Order());
        var names = joined.Nodes.Select(node => node.Name).ToArray();
        Assert.Equal(names.Distinct(), names);
    }

    [Fact]
    public void Axes_that_a_connection_joins_get_one_symbol_and_others_stay_apart()
    {
        var first = Typed("first", "masks", new Shape(Dimension.Named("B"), 3, Dimension.Named("H")), "other", new Shape(Dimension.Named("K")));
        var second = Typed("second", "image", new Shape(N, 3, 224), "ids", new Shape(Dimension.Named("K")));
        var joined = JoinGraphs.Run(first, second, Connect("image", "masks_out"));
        Assert.Equal(["masks: Float32[N, 3, 224]", "other: Float32[K_1]", "ids: Float32[K]"], joined.InputLines());
    }

    [Fact]
    public void A_frozen_axis_of_either_side_freezes_the_other()
    {
        var first = Typed("first", "masks", new Shape(Dimension.Named("B"), 3), "other", new Shape(Dimension.Named("B")));
        var second = Typed("second", "image", new Shape(1, 3), "ids", new Shape(2));
        Assert.Equal("other: Float32[1]", JoinGraphs.Run(first, second, Connect("image", "masks_out")).InputLines()[1]);
        var reversed = JoinGraphs.Run(first, second, Connect("image", "masks_out"), new() { Main = JoinSide.First });
        Assert.Equal(["masks: Float32[1, 3]", "other: Float32[1]", "ids: Float32[2]"], reversed.InputLines());
    }

    [Fact]
    public void Metadata_and_origins_are_those_of_the_model()
    {
        var model = Chain("model", "input", "Neg", "mid", "Abs", "out") with { Producer = "pytorch 2", Metadata = ImmutableSortedDictionary.Create<string, string>().Add("labels", "a,b") };
        model = model with { Nodes = [.. model.Nodes.Select((node, i) => node with { Origin = new Origin($"/layer{i}", i) })] };
        var joined = JoinGraphs.Run(Chain("p", "x", "Relu", "y", "Exp", "z"), model, Connect("input", "z"));
        Assert.Equal("pytorch 2", joined.Producer);
        Assert.Equal("a,b", joined.Metadata["labels"]);
        Assert.Equal(new Origin("/layer1", 1), joined.Nodes[^1].Origin);
    }

    [Fact]
    public void Wrong_connections_are_explained()
    {
        var first = Chain("first", "x", "Relu", "y", "Exp", "z");
        var second = Chain("second", "input", "Neg", "mid", "Abs", "out");
        Assert.Contains("has no input \"image\". It has: \"input\"", Assert.Throws<ArgumentException>(() => JoinGraphs.Run(first, second, Connect("image", "z"))).Message);
        Assert.Contains("has no output or input \"y\"", Assert.Throws<ArgumentException>(() => JoinGraphs.Run(first, second, Connect("input", "y"))).Message);
        var wide = Typed("wide", "image", new Shape(N, 4), "ids", new Shape(N));
        string message = Assert.Throws<ArgumentException>(() => JoinGraphs.Run(first, wide, Connect("image", "z"))).Message;
        Assert.Contains("\"z\" of \"first\" is Float32[N, 3], but \"image\" of \"wide\", which it should feed, is Float32[N, 4]", message);
    }

    [Fact]
    public void Different_versions_of_a_foreign_operator_set_are_refused_only_when_both_are_used()
    {
        var first = Foreign(1);
        var second = Foreign(2);
        Assert.Contains("\"com.example\"", Assert.Throws<UnmaskException>(() => JoinGraphs.Run(first, second, Connect("x", "y"))).Message);
        var unused = Chain("second", "x", "Neg", "mid", "Abs", "out");
        unused = unused with { Opsets = unused.Opsets.Add("com.example", 2) };
        Assert.Equal(1, JoinGraphs.Run(first, unused, Connect("x", "y")).Opsets["com.example"]);
    }

    private static Dictionary<string, string> Connect(string input, string source) => new() { [input] = source };

    private static Graph Chain(string name, string input, string firstOp, string middle, string secondOp, string output)
    {
        var builder = new GraphBuilder(name);
        builder.Input(input, ElementType.Float32, new Shape(N, 3));
        builder.AddNode(new Node("first", firstOp, [input], [middle]));
        builder.AddNode(new Node("second", secondOp, [middle], [output]));
        builder.Output(output, ElementType.Float32, new Shape(N, 3));
        return builder.Build();
    }

    private static Graph Two(string name, string one, string other) => Typed(name, one, new Shape(N, 3), other, new Shape(N, 3));

    private static Graph Typed(string name, string one, Shape shape, string other, Shape otherShape)
    {
        var builder = new GraphBuilder(name);
        foreach (var (input, axes) in new[] { (one, shape), (other, otherShape) })
        {
            builder.Input(input, ElementType.Float32, axes);
            builder.AddNode(new Node($"{input}_node", "Relu", [input], [$"{input}_out"]));
            builder.Output($"{input}_out", ElementType.Float32, axes);
        }

        return builder.Build();
    }

    internal static Graph WithBranch(string constant)
    {
        var builder = new GraphBuilder("branch");
        builder.Input("x", ElementType.Float32, new Shape(N, 3));
        builder.Input("condition", ElementType.Bool, Shape.Scalar);
        builder.Constant(2f, constant);
        builder.AddNode(new Node("relu", "Relu", ["x"], ["inner"]));
        builder.AddNode(new Node("if", "If", ["condition"], ["y"])
            .With("then_branch", Branch("Mul", "t", constant)).With("else_branch", Branch("Add", "e", constant)));
        builder.Output("y", ElementType.Float32, new Shape(N, 3));
        return builder.Build();
    }

    private static Graph Branch(string opType, string output, string constant) => new()
    {
        Nodes = [new Node(output, opType, ["inner", constant], [output])],
        Outputs = [new Value(output, ElementType.Float32, new Shape(N, 3))],
    };

    private static Graph Foreign(long version)
    {
        var builder = new GraphBuilder($"foreign {version}");
        builder.Input("x", ElementType.Float32, new Shape(N, 3));
        builder.AddNode(new Node("op", "Special", ["x"], ["y"]) { Domain = "com.example" });
        builder.Output("y", ElementType.Float32, new Shape(N, 3));
        var graph = builder.Build();
        return graph with { Opsets = graph.Opsets.Add("com.example", version) };
    }
}
