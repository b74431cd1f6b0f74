using Unmask.Graphs;

namespace Unmask.Tests.Graphs;

public sealed class VerifierTests
{
    [Fact]
    public void A_graph_of_the_builder_is_valid() => Assert.Empty(Verifier.Check(Valid()));

    [Fact]
    public void Each_broken_promise_is_found()
    {
        var graph = Valid();
        var relu = graph.Nodes[0];
        Broken(graph with { Opsets = graph.Opsets.Clear() }, "The node \"relu\" uses the operator set \"\", whose version is not stated.");
        Broken(graph with { Opsets = graph.Opsets.SetItem("", 999) }, "\"\" 999 is not an operator set that Unmask knows.");
        Broken(graph with { Nodes = [.. graph.Nodes.Reverse()] }, "The node \"neg\" reads \"relu_out\", which is not made before it.");
        Broken(graph with { Nodes = graph.Nodes.Add(relu with { Name = "again" }) }, "The value \"relu_out\" is made twice, the second time by the node \"again\".");
        Broken(graph with { Nodes = graph.Nodes.Add(relu with { Outputs = ["z"] }) }, "Two nodes are named \"relu\".");
        Broken(graph with { Nodes = graph.Nodes.Add(relu with { Name = "", Outputs = ["z"] }) }, "A Relu node has no name.");
        Broken(graph with { Nodes = graph.Nodes.SetItem(0, relu with { OpType = "" }) }, "The node \"relu\" has no operator.");
        Broken(graph with { Nodes = graph.Nodes.SetItem(0, relu.With("a", new NodeAttribute.Reference("b"))) }, "The attribute \"a\" of the node \"relu\" refers to a function's attribute.");
        Broken(graph with { Nodes = graph.Nodes.SetItem(0, relu with { Domain = "com.other" }) }, "The node \"relu\" uses the operator set \"com.other\", whose version is not stated.");
        Broken(graph with { Outputs = graph.Outputs.Add(new Value("no", null)) }, "The output \"no\" is not made.");
        Broken(graph with { Outputs = graph.Outputs.Add(graph.Outputs[0]) }, "Two outputs are named \"neg_out\".");
        Broken(graph with { Outputs = [] }, "The graph \"valid\" has no outputs.");
        Broken(graph with { Constants = graph.Constants.Add("x", TensorData.Scalar(1f)) }, "The value \"x\" is made twice, the second time by the constant \"x\".");
    }

    [Fact]
    public void Subgraphs_may_read_what_is_around_them_but_not_hide_it()
    {
        var body = new Graph { Name = "body", Nodes = [new Node("inner", "Neg", ["relu_out"], ["r"])], Outputs = [new Value("r", null)] };
        var graph = Valid();
        Assert.Empty(Verifier.Check(With(body)));
        Broken(With(body with { Nodes = [body.Nodes[0] with { Inputs = ["neg_out"] }] }), "The node \"inner\" reads \"neg_out\", which is not made before it.");
        Broken(
            With(body with { Nodes = [body.Nodes[0] with { Outputs = ["x"] }], Outputs = [new Value("x", null)] }),
            "The value \"x\" is made twice, the second time by the node \"inner\".");
        Broken(With(body with { Opsets = graph.Opsets }), "The subgraph \"body\" states operator sets; only the model does.");

        Graph With(Graph branch) => graph with { Nodes = graph.Nodes.Insert(1, new Node("if", "If", ["x"], ["i"]).With("then_branch", branch)) };
    }

    [Fact]
    public void An_invalid_graph_stops_with_all_that_is_wrong()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Verifier.ThrowIfInvalid(Valid() with { Outputs = [new Value("no", null)] }, "SomePass"));
        Assert.Equal("The graph \"valid\" made by SomePass is invalid:\n  The output \"no\" is not made.", error.Message);
        Verifier.ThrowIfInvalid(Valid());
    }

    [Fact]
    public void Constants_that_are_not_finite_are_found_in_every_place()
    {
        float[] many = new float[1000];
        many[997] = float.NaN;
        double[] doubles = new double[33];
        doubles[32] = double.NegativeInfinity;
        var graph = Valid() with
        {
            Constants = Valid().Constants
                .Add("nan", TensorData.Adopt(many, 1000))
                .Add("infinite", TensorData.Adopt(doubles, 33))
                .Add("both", TensorData.Vector(Half.PositiveInfinity, Half.NaN, Half.MaxValue))
                .Add("brain", TensorData.FromBytes(ElementType.BFloat16, [2], new byte[] { 0x80, 0x3F, 0xC0, 0x7F }))
                .Add("largest", TensorData.Vector(float.MaxValue, float.MinValue, float.Epsilon, 0f))
                .Add("integers", TensorData.Vector(-1, int.MaxValue)),
        };
        graph = graph with { Nodes = graph.Nodes.Add(new Node("c", "Constant", [], ["attribute"]).With("value", TensorData.Scalar(float.NegativeInfinity))) };
        NonFiniteConstant[] expected =
        [
            new("attribute", HasNaN: false, HasInfinity: true),
            new("both", HasNaN: true, HasInfinity: true),
            new("brain", HasNaN: true, HasInfinity: false),
            new("infinite", HasNaN: false, HasInfinity: true),
            new("nan", HasNaN: true, HasInfinity: false),
        ];
        Assert.Equal(expected, Verifier.NonFiniteConstants(graph).ToArray());
    }

    private static Graph Valid()
    {
        var builder = new GraphBuilder("valid");
        string x = builder.Input("x", ElementType.Float32, Shape.Of(2));
        string y = builder.Add("Neg", [builder.Add("Relu", [x], "relu")], "neg");
        builder.Output(y, ElementType.Float32, Shape.Of(2));
        return builder.Build();
    }

    private static void Broken(Graph graph, string problem) => Assert.Contains(problem, Verifier.Check(graph));
}
