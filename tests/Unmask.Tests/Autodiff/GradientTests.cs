using Unmask.Graphs;
using Unmask.Runtime;
using Unmask.Tests.Support;

namespace Unmask.Tests.Autodiff;

/// <summary>What a program is made of, and what is refused.</summary>
public sealed class GradientTests
{
    [Fact]
    public void The_backward_graph_of_a_small_network_reads_as_it_should()
    {
        var builder = new GraphBuilder("small");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 1, 4, 4));
        string h = builder.Add("Conv", [x, builder.Constant(SmallNets.Values(1, 2, 1, 3, 3), "w")], "conv", ("strides", (long[])[2, 2]), ("pads", (long[])[1, 1, 1, 1]));
        string a = builder.Add("Relu", [h], "relu");
        string y = builder.Add("ReduceSum", [a, builder.Constant([2, 3], "axes")], "sum", ("keepdims", 0L));
        builder.OutputAs(y, "y", ElementType.Float32, new Shape(Dimension.Named("N"), 2));
        string printed = GraphPrinter.Print(Gradient.Build(builder.Build(), "y", ["x"]).Graph);
        string[] backward = [.. printed.Split('\n').Select(line => line.Trim()).Where(line => line.Contains("_Grad", StringComparison.Ordinal) || line.Contains("_Seed", StringComparison.Ordinal))];
        Assert.Equal(
            """
            input y_Seed: Float32[N, 2]
            constant relu_Grad/number: Float32[] (0)
            [sum_Grad/Unsqueeze] sum_Grad/Unsqueeze_out: Float32[N, 2, 1, 1] = Unsqueeze(y_Seed, axes)
            [sum_Grad/Shape] sum_Grad/Shape_out: Int64[4] = Shape(relu_out)
            [sum_Grad/Expand] sum_Grad/Expand_out: Float32[N, 2, 2, 2] = Expand(sum_Grad/Unsqueeze_out, sum_Grad/Shape_out)
            [relu_Grad/Greater] relu_Grad/Greater_out: Bool[N, 2, 2, 2] = Greater(relu_out, relu_Grad/number)
            [relu_Grad/Where] relu_Grad/Where_out: Float32[N, 2, 2, 2] = Where(relu_Grad/Greater_out, sum_Grad/Expand_out, relu_Grad/number)
            [conv_Grad/ConvTranspose] conv_Grad/ConvTranspose_out: Float32[N, 1, 4, 4] = ConvTranspose(relu_Grad/Where_out, w) {output_padding=[1, 1], pads=[1, 1, 1, 1], strides=[2, 2]}
            [x_Grad/Identity] x_Grad: Float32[N, 1, 4, 4] = Identity(conv_Grad/ConvTranspose_out)
            output x_Grad: Float32[N, 1, 4, 4]
            """.Split('\n'),
            backward);
    }

    [Fact]
    public void Several_cuts_and_weights_share_one_program()
    {
        var graph = FeedValues.Run(SmallNets.ConvNet("Tanh"), ["w1", "b1", "gamma", "beta", "w2", "w3", "w4", "b4"]);
        var inputs = graph.Inputs.ToDictionary(input => input.Name, input => input.Name == "x" ? SmallNets.Values(5, 2, 3, 9, 9) : SmallNets.ConvNet("Tanh").Constants[input.Name]);
        double error = Derivative.Error(graph, "y", inputs, 2e-3, [.. inputs.Keys]);
        Assert.True(error < 1e-2, $"differs by {error:g3}");
    }

    [Fact]
    public void A_cut_before_another_gets_the_whole_derivative()
    {
        var graph = SmallNets.Mlp("Tanh");
        var program = Gradient.Build(graph, "y", ["act_out", "x"], new() { Expose = ["act_out"] });
        Assert.Equal(["y", "act_out", .. program.Multipliers], program.Graph.Outputs.Select(output => output.Name));
        var x = SmallNets.Values(5, 1, 3);
        var seed = TensorData.Adopt(new[] { 1f, 0f }, 1, 2);
        var both = Derivative.Run(program, new Dictionary<string, TensorData> { ["x"] = x }, seed);
        var alone = Derivative.Run(Gradient.Build(graph, "y", ["x"]), new Dictionary<string, TensorData> { ["x"] = x }, seed);
        Near.Equal(alone[1].AsSpan<float>(), both[2].AsSpan<float>(), 1e-6, "x");

        // At the hidden layer the multiplier is the column of the last weights.
        var w = graph.Constants["w2"].AsSpan<float>().ToArray();
        Near.Equal([.. Enumerable.Range(0, 6).Select(i => w[2 * i])], both[1].AsSpan<float>(), 1e-6, "hidden");
    }

    [Fact]
    public void Only_what_lies_between_cut_and_target_is_differentiated()
    {
        var program = Gradient.Build(SmallNets.ConvNet("Relu"), "y", ["act3_out"]);
        Assert.DoesNotContain(program.Graph.Nodes, node => node.Name.StartsWith("conv", StringComparison.Ordinal) && node.Name.Contains("_Grad", StringComparison.Ordinal));
        Assert.All(program.Graph.Nodes.Where(node => node.Name.Contains("_Grad/", StringComparison.Ordinal) && node.OpType != "Identity"),
            node => Assert.Contains(node.Origin.Node, (string[])["fc", "gap", "flatten"]));
    }

    [Fact]
    public void The_seed_may_be_a_contrast_and_differ_between_items()
    {
        var program = Gradient.Build(SmallNets.Mlp("Sigmoid"), "y", ["x"]);
        var x = new Dictionary<string, TensorData> { ["x"] = SmallNets.Values(5, 2, 3) };
        var first = Derivative.Run(program, x, TensorData.Adopt(new[] { 1f, 0, 1, 0 }, 2, 2))[1].AsSpan<float>().ToArray();
        var second = Derivative.Run(program, x, TensorData.Adopt(new[] { 0f, 1, 0, 1 }, 2, 2))[1].AsSpan<float>().ToArray();
        var mixed = Derivative.Run(program, x, TensorData.Adopt(new[] { 1f, -1, 0, 1 }, 2, 2))[1].AsSpan<float>().ToArray();
        Near.Equal([.. first.Zip(second, (a, b) => a - b).Take(3), .. second.Skip(3)], mixed, 1e-6, "contrast");
    }

    [Fact]
    public void An_operator_without_a_rule_is_named_with_what_still_works()
    {
        var builder = new GraphBuilder("odd");
        string x = builder.Input("x", ElementType.Float32, Shape.Of(2, 3));
        string y = builder.Add("Exp", [builder.Add("Det", [builder.Add("MatMul", [x, builder.Constant(SmallNets.Values(1, 3, 2), "w")])], "head/Det")]);
        builder.Output(y, ElementType.Float32, null);
        var problem = Assert.Throws<UnsupportedOperatorException>(() => Gradient.Build(builder.Build(), y, ["x"]));
        Assert.Contains("No derivative for Det: it has not been written yet (node \"head/Det\"", problem.Message, StringComparison.Ordinal);
        Assert.Contains("RISE", problem.Message, StringComparison.Ordinal);
        Assert.Equal("UNM002", problem.Id);
        Assert.Equal(["Det"], RuleSet.Gradient.Missing(builder.Build()).Keys);

        // Behind the node, nothing is missing.
        Assert.Single(Gradient.Build(builder.Build(), y, ["head/Det_out"]).Multipliers);
    }

    [Fact]
    public void Integers_paths_without_a_derivative_and_unknown_layers_are_explained()
    {
        var builder = new GraphBuilder("text");
        string ids = builder.Input("ids", ElementType.Int64, Shape.Of(2, 5));
        string e = builder.Add("Gather", [SmallNets.Weights(builder, "embedding", 1, 10, 4), ids], "word");
        string best = builder.Add("Cast", [builder.Add("ArgMax", [e], "best", ("axis", 2L))], "number", ("to", (long)ElementType.Float32));
        builder.Output(best, ElementType.Float32, null);
        builder.Output(e, ElementType.Float32, null);
        var graph = builder.Build();
        Assert.Contains("holds Int64", Assert.Throws<NotDifferentiableException>(() => Gradient.Build(graph, e, ["ids"])).Message, StringComparison.Ordinal);
        string cut = Assert.Throws<NotDifferentiableException>(() => Gradient.Build(graph, best, [e])).Message;
        Assert.Contains("ArgMax at \"best\"", cut, StringComparison.Ordinal);
        Assert.Contains("does not depend", Assert.Throws<NotDifferentiableException>(() => Gradient.Build(SmallNets.Mlp("Relu"), "fc1_out", ["w2"])).Message, StringComparison.Ordinal);
        Assert.Throws<LayerNotFoundException>(() => Gradient.Build(graph, e, ["wrod_out"]));
        Assert.Single(Gradient.Build(graph, e, ["embedding"]).Multipliers);
    }

    [Fact]
    public void A_zero_gradient_is_an_answer()
    {
        var builder = new GraphBuilder("steps");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 3));
        builder.Output(builder.Add("Floor", [builder.Add("Mul", [x, x])], "floor"), ElementType.Float32, null);
        var results = Derivative.Run(Gradient.Build(builder.Build(), "floor_out", ["x"]), new Dictionary<string, TensorData> { ["x"] = SmallNets.Values(1, 2, 3) }, SmallNets.Values(2, 2, 3));
        Assert.Equal(new float[6], results[1].AsSpan<float>().ToArray());
    }

    [Fact]
    public void A_quantised_model_is_explained_straight_through_rounding()
    {
        var builder = new GraphBuilder("quantised");
        string x = builder.Input("x", ElementType.Float32, Shape.Of(1, 4));
        string scale = builder.Constant(TensorData.Scalar(0.1f), "scale"), zero = builder.Constant(TensorData.Scalar((sbyte)0), "zero");
        string q = builder.Add("QuantizeLinear", [x, scale, zero], "q");
        string y = builder.Add("Mul", [builder.Add("DequantizeLinear", [q, scale, zero], "dq"), builder.Constant(TensorData.Vector(1f, 2f, 3f, 4f), "w")], "mul");
        builder.Output(y, ElementType.Float32, null);
        var inside = new Dictionary<string, TensorData> { ["x"] = TensorData.Adopt(new[] { 0.33f, -1.27f, 20f, -20f }, 1, 4) };
        var m = Derivative.Run(Gradient.Build(builder.Build(), y, ["x"]), inside, TensorData.Adopt(new[] { 1f, 1, 1, 1 }, 1, 4))[1];
        Assert.Equal([1f, 2, 0, 0], m.AsSpan<float>().ToArray()); // ±20 is beyond ±12.8: clipped
    }

    [Fact]
    public void A_convolution_on_integers_is_explained_through_real_numbers()
    {
        var builder = new GraphBuilder("integers");
        string x = builder.Input("x", ElementType.Float32, Shape.Of(1, 2, 4, 4));
        string scale = builder.Constant(0.02f, "scale"), zero = builder.Constant(TensorData.Scalar((byte)128), "zero");
        sbyte[] weights = [.. LinearModels.Values(3 * 2 * 3 * 3, 4).Select(value => (sbyte)(value * 100))];
        string w = builder.Constant(TensorData.Adopt(weights, 3, 2, 3, 3), "w"), wScale = builder.Constant(TensorData.Vector(0.01f, 0.02f, 0.03f), "w_scale");
        string wZero = builder.Constant(TensorData.Adopt(new sbyte[3], 3), "w_zero"), bias = builder.Constant(TensorData.Vector(10, -20, 30), "bias");
        string yScale = builder.Constant(0.1f, "y_scale");
        string q = builder.Add("QuantizeLinear", [x, scale, zero]);
        string c = builder.Add("QLinearConv", [q, scale, zero, w, wScale, wZero, yScale, zero, bias], "conv");
        builder.Output(builder.Add("DequantizeLinear", [c, yScale, zero], "y"), ElementType.Float32, null);
        float[] real = [.. weights.Select((weight, i) => weight * 0.01f * (1 + (i / 18)))];
        var float32 = new GraphBuilder("real");
        string y = float32.Add("Conv", [float32.Input("x", ElementType.Float32, Shape.Of(1, 2, 4, 4)), float32.Constant(TensorData.Adopt(real, 3, 2, 3, 3))]);
        float32.Output(y, ElementType.Float32, null);
        var feed = new Dictionary<string, TensorData> { ["x"] = SmallNets.Values(5, 1, 2, 4, 4) };
        var seed = SmallNets.Values(6, 1, 3, 2, 2);
        var expected = Derivative.Run(Gradient.Build(float32.Build(), y, ["x"]), feed, seed)[1];
        var found = Derivative.Run(Gradient.Build(builder.Build(), "y_out", ["x"]), feed, seed);
        Near.Equal(expected.AsSpan<float>(), found[1].AsSpan<float>(), 1e-5, "vjp");
    }
}
