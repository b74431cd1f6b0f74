using Unmask.Graphs;

namespace Unmask.Tests.Graphs.Passes;

public sealed class FinalActivationTests
{
    [Theory]
    [InlineData("Softmax", FinalActivationKind.Softmax)]
    [InlineData("LogSoftmax", FinalActivationKind.LogSoftmax)]
    [InlineData("Sigmoid", FinalActivationKind.Sigmoid)]
    public void An_operator_is_found(string opType, FinalActivationKind kind)
    {
        var graph = Model(b => b.Add(opType, ["logits"], "act"));
        var found = FinalActivation.Find(graph, "output")!;
        Assert.Equal((kind, "logits", "act_out"), (found.Kind, found.Logits, found.Activated));
        Assert.Equal(["Identity"], found.Tail.Select(node => node.OpType));
    }

    [Fact]
    public void Without_an_activation_there_is_none()
    {
        Assert.Null(FinalActivation.Find(Model(b => b.Add("Relu", ["logits"])), "output"));
        var split = SplitFinalActivation.Run(Model(b => b.Add("Relu", ["logits"])), "output");
        Assert.Equal((FinalActivationKind.None, "output", null), (split.Kind, split.Logits, split.Probabilities));
    }

    [Fact]
    public void A_softmax_before_an_integer_cast_is_not_final() =>
        Assert.Null(FinalActivation.Find(Model(b => b.Add("Cast", [b.Add("Softmax", ["logits"])], null, ("to", (long)ElementType.Int64))), "output"));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_softmax_spelt_out_is_found(bool withMaximum)
    {
        var graph = Model(b =>
        {
            string axes = b.Constant([-1], "axes");
            string shifted = withMaximum ? b.Add("Sub", ["logits", b.Add("ReduceMax", ["logits", axes])], "shift") : "logits";
            string exp = b.Add("Exp", [shifted], "exp");
            return b.Add("Div", [exp, b.Add("ReduceSum", [exp, axes])], "quotient");
        });
        var found = FinalActivation.Find(graph, "output")!;
        Assert.Equal((FinalActivationKind.Softmax, "logits", "quotient_out", -1L), (found.Kind, found.Logits, found.Activated, found.Axis));
    }

    [Fact]
    public void A_quotient_of_something_else_is_not_a_softmax()
    {
        var graph = Model(b => b.Add("Div", [b.Add("Exp", ["logits"]), b.Add("ReduceSum", ["logits", b.Constant([-1], "axes")])]));
        Assert.Null(FinalActivation.Find(graph, "output"));
        var whole = Model(b =>
        {
            string exp = b.Add("Exp", ["logits"]);
            return b.Add("Div", [exp, b.Add("ReduceSum", [exp, b.Constant([0, 1], "axes")])]);
        });
        Assert.Null(FinalActivation.Find(whole, "output"));
    }

    [Fact]
    public void A_log_softmax_spelt_out_is_found()
    {
        var log = FinalActivation.Find(Model(b => b.Add("Log", [b.Add("Softmax", ["logits"])])), "output")!;
        Assert.Equal((FinalActivationKind.LogSoftmax, "logits"), (log.Kind, log.Logits));
        var direct = FinalActivation.Find(Model(b => b.Add("Sub", ["logits", b.Add("ReduceLogSumExp", ["logits", b.Constant([1], "axes")])])), "output")!;
        Assert.Equal((FinalActivationKind.LogSoftmax, "logits", 1L), (direct.Kind, direct.Logits, direct.Axis));
        var stable = FinalActivation.Find(
            Model(b =>
            {
                string axes = b.Constant([1], "axes");
                string z = b.Add("Sub", ["logits", b.Add("ReduceMax", ["logits", axes])]);
                return b.Add("Sub", [z, b.Add("Log", [b.Add("ReduceSum", [b.Add("Exp", [z]), axes])])]);
            }),
            "output")!;
        Assert.Equal((FinalActivationKind.LogSoftmax, "logits"), (stable.Kind, stable.Logits));
    }

    [Fact]
    public void A_sigmoid_spelt_out_is_found()
    {
        var graph = Model(b => b.Add("Div", [b.Constant(1f), b.Add("Add", [b.Constant(1f), b.Add("Exp", [b.Add("Neg", ["logits"])])])]));
        var found = FinalActivation.Find(graph, "output")!;
        Assert.Equal((FinalActivationKind.Sigmoid, "logits", null), (found.Kind, found.Logits, found.Axis));
    }

    [Fact]
    public void Logits_get_the_layout_and_type_of_the_output()
    {
        var graph = Model(b =>
        {
            string p = b.Add("Softmax", ["logits"], "p", ("axis", 1L));
            return b.Add("Cast", [b.Add("Squeeze", [p, b.Constant([2, 3], "axes")], "squeeze")], "cast", ("to", (long)ElementType.Float32));
        });
        var split = SplitFinalActivation.Run(graph, "output");
        Assert.Equal(("output_logits", "output"), (split.Logits, split.Probabilities));
        Assert.Equal(
            ["squeeze_out_logits = Squeeze(logits, axes)", "cast_out_logits = Cast(squeeze_out_logits) to=1", "output_logits = Identity(cast_out_logits)"],
            split.Graph.Lines()[^3..]);
        Assert.Equal(["output: Float32[1, 10]", "output_logits: Float32[1, 10]"], split.Graph.OutputLines());
    }

    [Fact]
    public void Logits_without_a_tail_are_exposed_under_their_own_name()
    {
        var builder = new GraphBuilder("net");
        builder.Input("x", ElementType.Float32, Shape.Of(1, 10));
        builder.AddNode(new Node("neg", "Neg", ["x"], ["z"]));
        builder.AddNode(new Node("log", "LogSoftmax", ["z"], ["y"]));
        builder.Output("y", ElementType.Float32, Shape.Of(1, 10));
        var split = SplitFinalActivation.Run(builder.Build(), "y");
        Assert.Equal(("z", "y_probabilities"), (split.Logits, split.Probabilities));
        Assert.Equal("y_probabilities = Exp(y)", split.Graph.Lines()[^1]);
        Assert.Equal(["y", "z", "y_probabilities"], split.Graph.Outputs.Select(output => output.Name));
        var again = SplitFinalActivation.Run(split.Graph, "y");
        Assert.Equal(["y", "z", "y_probabilities", "y_probabilities_1"], again.Graph.Outputs.Select(output => output.Name));
    }

    [Fact]
    public void An_unknown_output_is_explained() => Assert.Contains(
        "has no output \"z\". It has: \"output\"", Assert.Throws<ArgumentException>(() => SplitFinalActivation.Run(Model(b => b.Add("Relu", ["logits"])), "z")).Message);

    private static Graph Model(Func<GraphBuilder, string> end)
    {
        var builder = new GraphBuilder("net");
        builder.Input("x", ElementType.Float32, Shape.Of(1, 10));
        builder.AddNode(new Node("gemm", "Neg", ["x"], ["logits"]));
        builder.OutputAs(end(builder), "output", ElementType.Float32, Shape.Of(1, 10));
        return builder.Build();
    }
}
