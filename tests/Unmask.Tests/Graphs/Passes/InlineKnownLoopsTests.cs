using Unmask.Graphs;

namespace Unmask.Tests.Graphs.Passes;

/// <summary>Loops that are written out compute the same; others stay.</summary>
public sealed class InlineKnownLoopsTests
{
    private static readonly Shape Row = new(Dimension.Named("N"), 3);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_loop_of_known_count(int steps)
    {
        var builder = new GraphBuilder("loop");
        string x = builder.Input("x", ElementType.Float32, Row);
        var node = builder.AddNode("Loop", [builder.Constant(TensorData.Scalar((long)steps)), "", x, x], 4, "loop", ("body", Body(x)));
        string[] read = [.. node.Outputs];
        builder.Output(builder.Add("Add", [read[0], read[1]]), ElementType.Float32, null);
        builder.Output(builder.Add("ReduceSum", [read[2]], "stacked", ("keepdims", 0L)), ElementType.Float32, null);
        builder.Output(builder.Add("Identity", [read[3]], "steps"), ElementType.Float32, null);
        var graph = builder.Build();
        var inlined = InlineKnownLoops.Run(graph);
        Assert.DoesNotContain(inlined.Nodes, each => each.OpType == "Loop");
        Verifier.ThrowIfInvalid(inlined);
        Equivalence.AssertSame(graph, inlined);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    public void A_scan_of_known_length(long direction, long axis)
    {
        var builder = new GraphBuilder("scan");
        string x = builder.Input("x", ElementType.Float32, Shape.Of(5, 2));
        string reversed = builder.Add("Transpose", [x], "turned", ("perm", new NodeAttribute.Ints([1, 0])));
        string start = builder.Constant(TensorData.Vector(0.5f, -0.5f), "start");
        var node = builder.AddNode("Scan", [start, axis == 0 ? x : reversed], 2, "scan",
            ("body", ScanBody()), ("num_scan_inputs", 1L), ("scan_input_directions", new NodeAttribute.Ints([direction])), ("scan_output_directions", new NodeAttribute.Ints([direction])),
            ("scan_input_axes", new NodeAttribute.Ints([axis])), ("scan_output_axes", new NodeAttribute.Ints([-1])));
        builder.Output(node.Outputs[0], ElementType.Float32, null);
        builder.Output(node.Outputs[1], ElementType.Float32, null);
        var graph = builder.Build();
        var inlined = InlineKnownLoops.Run(graph);
        Assert.DoesNotContain(inlined.Nodes, each => each.OpType == "Scan");
        Equivalence.AssertSame(graph, inlined);
    }

    [Fact]
    public void Loops_of_unknown_count_that_the_data_end_or_that_are_too_long_stay()
    {
        foreach (long? steps in new long?[] { null, InlineKnownLoops.MostSteps + 1, 3 })
        {
            var builder = new GraphBuilder("loop");
            string x = builder.Input("x", ElementType.Float32, Row);
            string count = steps is { } known ? builder.Constant(TensorData.Scalar(known)) : builder.Add("Size", [x]);
            var node = builder.AddNode("Loop", [count, "", x, x], 4, "loop", ("body", Body(x, endsByData: steps == 3)));
            builder.Output(node.Outputs[0], ElementType.Float32, null);
            var graph = builder.Build();
            Assert.Contains(InlineKnownLoops.Run(graph).Nodes, each => each.OpType == "Loop");
            var problem = Assert.Throws<UnsupportedOperatorException>(() => Gradient.Build(graph, node.Outputs[0], ["x"]));
            Assert.Contains("at most 1024 steps", problem.Message, StringComparison.Ordinal);
        }
    }

    // a ← a/2 + step·x, b ← b·a; stacks a, and the steps.
    private static Graph Body(string outer, bool endsByData = false)
    {
        var builder = new GraphBuilder("body");
        string step = builder.Input("step", ElementType.Int64, Shape.Scalar), going = builder.Input("going", ElementType.Bool, Shape.Scalar);
        string a = builder.Input("a", ElementType.Float32, null), b = builder.Input("b", ElementType.Float32, null);
        string number = builder.Add("Cast", [step], "number", ("to", (long)ElementType.Float32));
        string next = builder.Add("Add", [builder.Add("Mul", [a, builder.Constant(0.5f)]), builder.Add("Mul", [number, outer])], "next");
        string on = endsByData ? builder.Add("Less", [builder.Add("ReduceMax", [next], null, ("keepdims", 0L)), builder.Constant(9f)]) : builder.Add("Identity", [going], "on");
        builder.Output(on, ElementType.Bool, null);
        builder.Output(next, ElementType.Float32, null);
        builder.Output(builder.Add("Mul", [b, next], "product"), ElementType.Float32, null);
        builder.Output(builder.Add("Identity", [next], "kept"), ElementType.Float32, null);
        builder.Output(builder.Add("Identity", [number], "counted"), ElementType.Float32, null);
        return builder.Build() with { Opsets = new Graph().Opsets };
    }

    private static Graph ScanBody()
    {
        var builder = new GraphBuilder("body");
        string h = builder.Input("h", ElementType.Float32, Shape.Of(2)), x = builder.Input("item", ElementType.Float32, Shape.Of(2));
        string next = builder.Add("Tanh", [builder.Add("Sub", [x, h])], "next");
        builder.Output(next, ElementType.Float32, null);
        builder.Output(builder.Add("Mul", [next, x], "out"), ElementType.Float32, null);
        return builder.Build() with { Opsets = new Graph().Opsets };
    }
}
