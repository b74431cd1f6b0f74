using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.Tests.Graphs.Passes;

public sealed class PruneUnreachableTests
{
    [Fact]
    public void Only_what_outputs_need_stays()
    {
        var builder = new GraphBuilder("net");
        builder.Input("x", ElementType.Float32, Shape.Of(3));
        builder.Input("unused", ElementType.Float32, Shape.Of(3));
        string w = builder.Constant(2f, "w");
        string dead = builder.Constant(3f, "dead");
        string kept = builder.Add("Mul", ["x", w], "kept");
        builder.Add("Exp", [builder.Add("Mul", ["unused", dead], "gone")], "gone_too");
        builder.Output(kept, ElementType.Float32, Shape.Of(3));
        var type = new Unmask.Graphs.ValueType.Tensor(ElementType.Float32, Shape.Of(3));
        var graph = builder.Build() with { InnerTypes = ImmutableDictionary<string, Unmask.Graphs.ValueType>.Empty.Add("gone_out", type) };

        var pruned = PruneUnreachable.Run(graph);
        Assert.Equal(["kept_out = Mul(x, w)"], pruned.Lines());
        Assert.Equal(["w"], pruned.Constants.Keys);
        Assert.Empty(pruned.InnerTypes);
        Assert.Equal(["x", "unused"], pruned.Inputs.Select(input => input.Name));
        Assert.Equal(["x"], PruneUnreachable.Run(graph, removeInputs: true).Inputs.Select(input => input.Name));
    }

    [Fact]
    public void Values_that_only_a_subgraph_reads_stay_unless_the_subgraph_does_not_need_them()
    {
        var body = new Graph
        {
            Nodes = [new Node("add", "Add", ["outer", "w"], ["t"]), new Node("mul", "Mul", ["dead", "dead"], ["gone"])],
            Outputs = [new Value("t", null)],
        };
        var builder = new GraphBuilder("net");
        builder.Input("x", ElementType.Float32, Shape.Of(3));
        builder.Input("c", ElementType.Bool, Shape.Scalar);
        builder.Constant(2f, "w");
        builder.AddNode(new Node("relu", "Relu", ["x"], ["outer"]));
        builder.AddNode(new Node("exp", "Exp", ["x"], ["dead"]));
        builder.AddNode(new Node("if", "If", ["c"], ["y"]).With("then_branch", body).With("else_branch", body));
        builder.Output("y", ElementType.Float32, Shape.Of(3));
        var pruned = PruneUnreachable.Run(builder.Build());
        Assert.Equal(["outer = Relu(x)", "y = If(c) else_branch={ t = Add(outer, w) } then_branch={ t = Add(outer, w) }"], pruned.Lines());
        Assert.Equal(["w"], pruned.Constants.Keys);
    }
}
