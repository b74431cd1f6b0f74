using Unmask.Graphs;

namespace Unmask.Tests.Graphs.Passes;

public sealed class InlineKnownBranchesTests
{
    [Theory]
    [InlineData(true, "Exp")]
    [InlineData(false, "Neg")]
    public void The_branch_that_is_taken_replaces_the_node(bool condition, string expected)
    {
        // Both branches use the same inner names, and one reads a constant of its own.
        var builder = new GraphBuilder("branches");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 3));
        string known = builder.Constant(TensorData.Scalar(condition), "condition");
        string one = builder.Add("If", [known], "first", ("then_branch", Branch("Exp", x)), ("else_branch", Branch("Neg", x)));
        string two = builder.Add("If", [known], "second", ("then_branch", Branch("Exp", one)), ("else_branch", Branch("Neg", one)));
        builder.Output(two, ElementType.Float32, null);
        var graph = builder.Build();
        var inlined = InlineKnownBranches.Run(graph);
        Assert.DoesNotContain(inlined.Nodes, node => node.OpType == "If");
        Assert.Equal(2, inlined.Nodes.Count(node => node.OpType == expected));
        Equivalence.AssertSame(graph, inlined);
    }

    [Fact]
    public void A_condition_that_the_data_decide_stays()
    {
        var builder = new GraphBuilder("data");
        string x = builder.Input("x", ElementType.Float32, Shape.Of(1));
        string positive = builder.Add("Greater", [x, builder.Constant(0f)]);
        builder.Output(builder.Add("If", [positive], "choice", ("then_branch", Branch("Exp", x)), ("else_branch", Branch("Neg", x))), ElementType.Float32, null);
        var graph = builder.Build();
        Assert.Same(graph, InlineKnownBranches.Run(graph));
        var problem = Assert.Throws<UnsupportedOperatorException>(() => Gradient.Build(graph, graph.Outputs[0].Name, ["x"]));
        Assert.Contains("No derivative for If: its body runs as the data say", problem.Message, StringComparison.Ordinal);
    }

    private static Graph Branch(string opType, string outer)
    {
        var builder = new GraphBuilder("branch");
        string half = builder.Constant(0.5f, "half");
        string y = builder.Add("Mul", [builder.Add(opType, [outer], "inner"), half], "product");
        builder.Output(y, ElementType.Float32, null);
        return builder.Build() with { Opsets = new Graph().Opsets };
    }
}
