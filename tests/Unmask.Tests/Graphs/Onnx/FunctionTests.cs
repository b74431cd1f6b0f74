using Google.Protobuf;
using Unmask.Graphs;
using Unmask.Graphs.Onnx.Schema;
using Unmask.Runtime;
using Unmask.Tests.Support;
using static Unmask.Tests.Graphs.Protos;
using Kind = Unmask.Graphs.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace Unmask.Tests.Graphs;

public sealed class FunctionTests
{
    [Fact]
    public void A_call_becomes_the_body_with_unique_names_and_the_callers_attributes()
    {
        var leaky = Function("Leaky", ["a"], ["b"], Node("Neg", ["a"], ["t"]), Node("LeakyRelu", ["t"], ["b"], Caller("alpha", "slope", Kind.Float)).Named("act"));
        leaky.AttributeProto.Add(Attribute("slope", 0.5f));
        var model = WithFunctions(
            Model(
                Node("Leaky", ["x"], ["t"], Attribute("slope", 0.25f)).Of("test").Named("first"),
                Node("Leaky", ["t"], ["y"]).Of("test").Named("second")).In("x", 4).Out("y", 4),
            leaky);
        var graph = model.Read();
        Assert.Equal(
            """
            graph "test" opset 17
              input x: Float32[4]
              [first/Neg_t] first/t = Neg(x)
              [first/act] t = LeakyRelu(first/t) {alpha=0.25}
              [second/Neg_t] second/t = Neg(t)
              [second/act] y: Float32[4] = LeakyRelu(second/t) {alpha=0.5}
              output y: Float32[4]

            """,
            GraphPrinter.Print(graph));
        Assert.Equal(new Origin("second/act", 1), graph.Nodes[3].Origin);
        RunsLike(model, [-2, -1, 1, 2]);
    }

    [Fact]
    public void An_attribute_that_nobody_states_is_left_to_the_operators_default()
    {
        var function = Function("Leaky", ["a"], ["b"], Node("LeakyRelu", ["a"], ["b"], Caller("alpha", "slope", Kind.Float)));
        function.Attribute.Add("slope");
        var graph = WithFunctions(Model(Node("Leaky", ["x"], ["y"]).Of("test")).In("x", 4).Out("y", 4), function).Read();
        Assert.Empty(graph.Nodes[0].Attributes);
    }

    [Fact]
    public void Functions_call_functions_within_subgraphs_too()
    {
        var inner = Function("Inner", ["a"], ["b"], Node("Mul", ["a", "a"], ["t"]), Node("Add", ["t", "a"], ["b"]));
        var branches = (
            Then: Graph(["r"], Node("Inner", ["a"], ["u"]).Of("test"), Node("Neg", ["u"], ["r"])),
            Else: Graph(["r"], Node("Identity", ["a"], ["r"])));
        var outer = Function(
            "Outer", ["a"], ["b"],
            Node("Inner", ["a"], ["t"]).Of("test"),
            Node("ReduceSum", ["t"], ["sum"], Attribute("keepdims", 0)),
            Node("Cast", ["sum"], ["c"], Attribute("to", (long)ElementType.Bool)),
            Node("If", ["c"], ["b"], Attribute("then_branch", branches.Then), Attribute("else_branch", branches.Else)));
        var model = WithFunctions(
            Model(Node("Outer", ["x"], ["m"]).Of("test").Named("one"), Node("Outer", ["m"], ["y"]).Of("test").Named("two")).In("x", 3).Out("y", 3),
            outer, inner);
        var graph = model.Read();
        Assert.Empty(Verifier.Check(graph));
        Assert.DoesNotContain("test.", GraphPrinter.Print(graph), StringComparison.Ordinal);
        RunsLike(model, [-2, 0.5f, 3]);
    }

    [Fact]
    public void Absent_inputs_and_outputs_stay_absent()
    {
        var clip = Function(
            "Bound", ["a", "low", "high"], ["b", "double"], Node("Clip", ["a", "low", "high"], ["b"]), Node("Add", ["b", "b"], ["double"]));
        var model = WithFunctions(
            Model(
                Node("Bound", ["x", "", "w"], ["m"]).Of("test").Named("high"),
                Node("Bound", ["m", "v"], ["", "y"]).Of("test").Named("low")).In("x", 3).Out("y", 3).With(Floats("w", [], 1), Floats("v", [], 0)),
            clip);
        var graph = model.Read();
        Assert.Equal(["x", "", "w"], graph.Nodes[0].Inputs.ToArray());
        Assert.Equal(["m", "v", ""], graph.Nodes[2].Inputs.ToArray());
        Assert.Equal("low/b", graph.Nodes[2].Outputs[0]);
        using var session = Session.FromGraph(graph);
        Assert.Equal([0f, 1f, 2f], Run(session, [-2, 0.5f, 3]));
    }

    [Fact]
    public void An_output_that_is_an_input_is_copied()
    {
        var both = Function("Both", ["a"], ["a", "b", "b2"], Node("Neg", ["a"], ["b"]));
        both.Output[2] = "b";
        var model = WithFunctions(
            Model(Node("Both", ["x"], ["p", "q", "r"]).Of("test"), Node("Sum", ["p", "q", "r"], ["y"])).In("x", 3).Out("y", 3), both);
        Assert.Equal(["Neg", "Identity", "Identity", "Sum"], model.Read().Nodes.Select(node => node.OpType));
        using var session = Session.FromGraph(model.Read());
        Assert.Equal([2f, -0.5f, -3f], Run(session, [-2, 0.5f, 3]));
    }

    [Fact]
    public void Overloads_are_told_apart()
    {
        var plain = Function("F", ["a"], ["b"], Node("Neg", ["a"], ["b"]));
        var other = Function("F", ["a"], ["b"], Node("Abs", ["a"], ["b"]));
        other.Overload = "abs";
        var call = Node("F", ["m"], ["y"]).Of("test");
        call.Overload = "abs";
        var graph = WithFunctions(Model(Node("F", ["x"], ["m"]).Of("test"), call).In("x", 1).Out("y", 1), plain, other).Read();
        Assert.Equal(["Neg", "Abs"], graph.Nodes.Select(node => node.OpType));
    }

    [Theory]
    [InlineData(12, 17)]
    [InlineData(17, 12)]
    public void A_function_of_another_operator_set_keeps_its_meaning(long ofModel, long ofFunction)
    {
        // Before operator set 13, Softmax saw its input as a matrix whose columns are all axes from «axis» on.
        var softmax = Function("S", ["a"], ["b"], Node("Softmax", ["a"], ["b"], Attribute("axis", 1)));
        softmax.OpsetImport[0].Version = ofFunction;
        var model = WithFunctions(
            Model(Node("S", ["x"], ["m"]).Of("test").Named("s"), Node("Softmax", ["m"], ["y"], Attribute("axis", 1))).In("x", 1, 2, 2).Out("y", 1, 2, 2), softmax);
        model.OpsetImport[0].Version = ofModel;
        var graph = model.Read();
        Assert.Equal(17, graph.Opset);
        Assert.Empty(Verifier.Check(graph));
        using var session = Session.FromGraph(graph);
        float[] x = [0, 1, 2, 3];
        float[] expected = ofModel == 12 ? Together(Columns(x)) : Columns(Together(x));
        Assert.All(expected.Zip(Run(session, x, [1, 2, 2])), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Fact]
    public void A_function_wins_over_an_operator_of_its_name()
    {
        var relu = Function("Relu", ["a"], ["b"], Node("Neg", ["a"], ["b"]));
        relu.Domain = "";
        Assert.Equal("Neg", WithFunctions(Model(Node("Relu", ["x"], ["y"])).In("x", 1).Out("y", 1), relu).Read().Nodes.Single().OpType);
    }

    [Fact]
    public void Functions_that_call_themselves_are_refused()
    {
        var one = Function("One", ["a"], ["b"], Node("Two", ["a"], ["b"]).Of("test"));
        var two = Function("Two", ["a"], ["b"], Node("One", ["a"], ["b"]).Of("test"));
        Assert.Contains(
            "the function \"test.One\" calls itself (\"test.One\" → \"test.Two\" → \"test.One\")",
            WithFunctions(Model(Node("One", ["x"], ["y"]).Of("test")).In("x", 1).Out("y", 1), one, two).Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void Functions_that_would_fill_all_memory_are_refused_before_they_do()
    {
        FunctionProto[] doubling = [.. Enumerable.Range(0, 60).Select(i => Function(
            $"F{i}", ["a"], ["b"], Node(i == 0 ? "Neg" : $"F{i - 1}", ["a"], ["t"]).Of(i == 0 ? "" : "test"), Node(i == 0 ? "Neg" : $"F{i - 1}", ["t"], ["b"]).Of(i == 0 ? "" : "test")))];
        Assert.Contains("expand to more than", WithFunctions(Model(Node("F59", ["x"], ["y"]).Of("test")).In("x", 1).Out("y", 1), doubling).Refused(), StringComparison.Ordinal);
        FunctionProto[] deep = [.. Enumerable.Range(0, 5000).Select(i => Function($"F{i}", ["a"], ["b"], Node($"F{i + 1}", ["a"], ["b"]).Of("test")))];
        Assert.Contains("deep", WithFunctions(Model(Node("F0", ["x"], ["y"]).Of("test")).In("x", 1).Out("y", 1), deep).Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_call_with_too_many_inputs_is_refused()
    {
        var function = Function("F", ["a"], ["b"], Node("Neg", ["a"], ["b"]));
        Assert.Contains(
            "calls the function \"test.F\" with 2 inputs and 1 outputs; it takes 1 and gives 1",
            WithFunctions(Model(Node("F", ["x", "x"], ["y"]).Of("test")).In("x", 1).Out("y", 1), function).Refused(), StringComparison.Ordinal);
    }

    private static ModelProto WithFunctions(ModelProto model, params FunctionProto[] functions)
    {
        model.IrVersion = functions.Any(function => function.HasOverload) ? 10 : 8;
        model.Import("test", 1);
        model.Functions.AddRange(functions);
        return model;
    }

    /// <summary>The inlined graph computes what ONNX Runtime makes of the file with its functions.</summary>
    private static void RunsLike(ModelProto model, float[] x)
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("functions.onnx");
        File.WriteAllBytes(file, model.ToByteArray());
        using var expected = Session.FromFile(file);
        using var actual = Session.FromGraph(OnnxReader.Read(file));
        Assert.Equal(Run(expected, x), Run(actual, x));
    }

    private static float[] Run(Session session, float[] x, long[]? shape = null) =>
        session.Run(new Dictionary<string, TensorData> { ["x"] = TensorData.Adopt(x, shape ?? [x.Length]) })[0].AsSpan<float>().ToArray();

    private static float[] Together(float[] x)
    {
        float sum = x.Sum(MathF.Exp);
        return [.. x.Select(value => MathF.Exp(value) / sum)];
    }

    // Softmax along axis 1 of [1, 2, 2].
    private static float[] Columns(float[] x) =>
        [.. x.Select((value, i) => MathF.Exp(value) / (MathF.Exp(x[i % 2]) + MathF.Exp(x[(i % 2) + 2])))];
}
