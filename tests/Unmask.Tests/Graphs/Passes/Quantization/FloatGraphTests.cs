using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Probing;
using Unmask.Runtime;
using Unmask.Tests.Support;
using Xunit.Abstractions;

namespace Unmask.Tests.Graphs.Passes.Quantization;

/// <summary>The float models that quantised ones stand for, and their gradients.</summary>
public sealed class FloatGraphTests(ITestOutputHelper output)
{
    [Fact]
    public void Our_own_int8_model_gives_back_the_float_models_gradients()
    {
        var graph = SmallNets.Residual();
        var quantized = QuantizeInt8.Run(graph, QuantizeInt8Tests.Observed(graph));
        var real = FloatGraph.Run(quantized);
        Assert.DoesNotContain(real.Nodes, node => node.OpType.Contains("Quantize", StringComparison.Ordinal));
        Assert.Empty(real.Nodes.Where(node => node.Is("Clip")).Skip(graph.Nodes.Count(node => node.Is("Clip"))));
        Assert.InRange(WorstCorrelation(graph, quantized, new()), 0.99, 1);
    }

    [SharedFact]
    [Trait("Category", "Slow")]
    public void The_same_on_real_networks()
    {
        foreach (var (file, preprocessing) in new[]
        {
            ("squeezenet_v1.1_224.onnx", Preprocessing.ImageNet), ("mobilenet_v2_1.0_224.onnx", Preprocessing.TensorFlow), ("mobilenet_v1_0.25_128.onnx", Preprocessing.TensorFlow),
        })
        {
            using var model = Model.Load(Path.Combine(Shared.Models, file), new() { Preprocessing = preprocessing });
            var input = model.Prepare(Demo.LoadPhoto());
            var target = Target.Class(model.Predict(input).Ranked[0]);
            var quantized = Quantized(model, input);
            using var real = Model.FromGraph(quantized, new() { Preprocessing = preprocessing });
            using var straight = Model.FromGraph(quantized, new() { Preprocessing = preprocessing, QuantizedGradients = QuantizedGradients.StraightThrough });
            string note = new InputGradient(real).Explain(real.Prepare(Demo.LoadPhoto()), target).Diagnostics.Notes[0];
            Assert.StartsWith("The model computes in integers: the float model", note, StringComparison.Ordinal);
            double gradient = Compare(InputGradient.Id, out double gradientStraight), maps = Compare(GradCam.Id, out _);
            output.WriteLine($"{file}: {note}");
            // Rounded weights turn some rectifiers over, which a gradient at a point shows and a mean over places does not.
            Assert.InRange(maps, 0.999, 1);
            Assert.InRange(gradient, 0.95, 1);
            Assert.True(gradient > gradientStraight + 0.1, $"{gradient} and {gradientStraight}");

            double Compare(string method, out double byStraight)
            {
                float[] exact = Explain(model, method);
                double byFloat = Correlation(exact, Explain(real, method));
                byStraight = Correlation(exact, Explain(straight, method));
                output.WriteLine($"{file}, {method}: correlation with the float original {byFloat:f4}, straight through {byStraight:f4}");
                return byFloat;
            }

            float[] Explain(Model asked, string method) => Catalogue.Find(method).Create(asked, []).Explain(asked.Prepare(Demo.LoadPhoto()), target).ToArray();
        }
    }

    private static Graph Quantized(Model model, ModelInput input)
    {
        var graph = ((OnnxCore)model.Core).QuantizableGraph;
        var (values, means) = (QuantizeInt8.Values(graph), QuantizeInt8.Inputs(graph));
        using var observers = Session.FromGraph(ObserveRanges.Run(graph, values, means));
        var x = TensorData.Adopt(input.Array, [1, .. input.Layout.Sizes.Select(size => (long)size)]);
        return QuantizeInt8.Run(graph, ObserveRanges.Read(values, means, observers.Run(new Dictionary<string, TensorData> { [model.Inputs[0].Name] = x })));
    }

    private static double Correlation(float[] one, float[] other) => Agreement.Of(Doubles(one), Doubles(other)).Correlation;

    [Fact]
    public void Results_state_the_difference_of_the_scores()
    {
        var graph = SmallNets.Residual();
        using var model = Model.FromGraph(QuantizeInt8.Run(graph, QuantizeInt8Tests.Observed(graph)), new() { OutputKind = OutputKind.Logits });
        using var real = Model.FromGraph(FloatGraph.Run(model.Graph!), new() { OutputKind = OutputKind.Logits });
        var input = model.Prepare(SmallNets.Pictures(1, 3, seed: 8))[0];
        float whole = model.Evaluate(input, Score.Logit)[2], exact = real.Evaluate(input, Score.Logit)[2];
        Assert.NotEqual(whole, exact);
        var explanation = new InputGradient(model).Explain(input, Target.Class(2));
        Assert.Equal(whole, explanation.ScoreValue);
        Assert.Contains(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"score is {exact:g5} there and {whole:g5} here"), explanation.Diagnostics.Notes[0], StringComparison.Ordinal);
        Near.Equal(new InputGradient(real).Explain(input, Target.Class(2)).ToArray(), explanation.ToArray(), 1e-6, "gradient");
        using var straight = Model.FromGraph(model.Graph!, new() { OutputKind = OutputKind.Logits, QuantizedGradients = QuantizedGradients.StraightThrough });
        Assert.Contains("straight through", new InputGradient(straight).Explain(input, Target.Class(2)).Diagnostics.Notes[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_range_that_begins_at_zero_is_a_rectifier()
    {
        var builder = new GraphBuilder("rectifier");
        string x = builder.Input("x", ElementType.Float32, Shape.Of(1, 4));
        string scale = builder.Constant(0.1f, "scale"), zero = builder.Constant(TensorData.Scalar((byte)0), "zero");
        string once = builder.Add("DequantizeLinear", [builder.Add("QuantizeLinear", [x, scale, zero]), scale, zero]);
        string again = builder.Add("DequantizeLinear", [builder.Add("QuantizeLinear", [once, scale, zero]), scale, zero], "y");
        builder.Output(again, ElementType.Float32, Shape.Of(1, 4));
        var real = FloatGraph.Run(builder.Build());
        Assert.Single(real.Nodes, node => node.Is("Clip"));
        var feed = new Dictionary<string, TensorData> { ["x"] = TensorData.Adopt(new[] { -1f, 0.33f, 2f, 99f }, 1, 4) };
        using var session = Session.FromGraph(real);
        Near.Equal([0f, 0.33f, 2f, 25.5f], session.Run(feed)[0].AsSpan<float>(), 1e-5, "clipped");
    }

    [Fact]
    public void Dynamic_quantisation_leaves_the_product()
    {
        var builder = new GraphBuilder("dynamic");
        string x = builder.Input("x", ElementType.Float32, Shape.Of(2, 3));
        var node = builder.AddNode("DynamicQuantizeLinear", [x], 3);
        byte[] weights = [10, 200, 30, 140, 150, 6];
        string w = builder.Constant(TensorData.Adopt(weights, 3, 2), "w"), zero = builder.Constant(TensorData.Scalar((byte)100), "w_zero");
        string product = builder.Add("MatMulInteger", [node.Outputs[0], w, node.Outputs[2], zero]);
        string scale = builder.Add("Mul", [node.Outputs[1], builder.Constant(0.02f, "w_scale")]);
        string y = builder.Add("Mul", [builder.Add("Cast", [product], null, ("to", (long)ElementType.Float32)), scale], "y");
        builder.Output(y, ElementType.Float32, Shape.Of(2, 2));
        float[] x0 = [0.5f, -1, 2, 1, 0, -0.3f];
        float[] expected = [.. Enumerable.Range(0, 4).Select(i => Enumerable.Range(0, 3).Sum(k => x0[(i / 2 * 3) + k] * (weights[(k * 2) + (i % 2)] - 100) * 0.02f))];
        Near.Equal(expected, Run(FloatGraph.Run(builder.Build()), x0, 2, 3), 1e-5, "x·(w − z)·s");
    }

    [Fact]
    public void Operators_of_onnx_runtimes_quantiser_agree_within_their_steps()
    {
        var builder = new GraphBuilder("microsoft");
        builder = new GraphBuilder(builder.Build() with { Opsets = builder.Build().Opsets.Add("com.microsoft", 1) });
        string x = builder.Input("x", ElementType.Float32, Shape.Of(1, 2, 3, 3));
        string scale = builder.Constant(0.02f, "scale"), zero = builder.Constant(TensorData.Scalar((byte)128), "zero");
        string q = builder.Add("QuantizeLinear", [x, scale, zero]);
        string sum = Add("QLinearAdd", [q, scale, zero, q, scale, zero, builder.Constant(0.04f), zero]);
        string wide = builder.Constant(0.04f, "wide"), fine = builder.Constant(0.004f, "fine");
        string sigmoid = Add("QLinearSigmoid", [sum, wide, zero, fine, builder.Constant(TensorData.Scalar((byte)0))]);
        string product = Add("QLinearMul", [sigmoid, fine, builder.Constant(TensorData.Scalar((byte)0)), q, scale, zero, scale, zero]);
        string both = Add("QLinearConcat", [scale, zero, product, scale, zero, q, scale, zero], ("axis", 1L));
        string pooled = builder.Add("Flatten", [Add("QLinearGlobalAveragePool", [both, scale, zero, scale, zero], ("channels_last", 0L))], null, ("axis", 1L));
        string w = builder.Constant(TensorData.Adopt(new sbyte[] { 50, -60, 70, -80, 90, 100, -110, 120 }, 2, 4), "w"), wScale = builder.Constant(0.01f, "w_scale");
        string wZero = builder.Constant(TensorData.Scalar((sbyte)0), "w_zero"), bias = builder.Constant(TensorData.Vector(1000, -2000), "bias");
        builder.OutputAs(Add("QGemm", [pooled, scale, zero, w, wScale, wZero, bias, "", ""], ("transB", 1L)), "y", ElementType.Float32, Shape.Of(1, 2));
        var graph = builder.Build();
        float[] values = LinearModels.Values(18, 4);
        float[] whole = Run(graph, values, 1, 2, 3, 3), real = Run(FloatGraph.Run(graph), values, 1, 2, 3, 3);
        Near.Equal(whole, real, 0.1, "QLinear operators");
        Assert.True(whole.Max(Math.Abs) > 0.2f);

        string Add(string opType, ReadOnlySpan<string> inputs, params ReadOnlySpan<(string Name, NodeAttribute Value)> attributes)
        {
            var node = new Node(builder.Fresh(opType), opType, [.. inputs], [builder.Fresh($"{opType}_out")]) { Domain = "com.microsoft" };
            foreach (var (name, value) in attributes)
            {
                node = node.With(name, value);
            }

            // Their names were reserved by Fresh.
            builder.Append(node);
            return node.Outputs[0];
        }
    }

    [Fact]
    public void Integers_that_are_computed_with_have_no_float_form()
    {
        var builder = new GraphBuilder("integers");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 4));
        string scale = builder.Constant(0.1f, "scale"), zero = builder.Constant(TensorData.Scalar((sbyte)0), "zero");
        string q = builder.Add("QuantizeLinear", [x, scale, zero]);
        string real = builder.Add("DequantizeLinear", [q, scale, zero]), counted = builder.Add("Cast", [q], null, ("to", (long)ElementType.Float32));
        builder.OutputAs(builder.Add("Add", [real, builder.Add("Round", [counted])]), "y", ElementType.Float32, new Shape(Dimension.Named("N"), 4));
        Assert.Contains("Cast", Assert.Throws<UnsupportedOperatorException>(() => FloatGraph.Run(builder.Build())).Message, StringComparison.Ordinal);
        using var model = Model.FromGraph(builder.Build(), new() { OutputKind = OutputKind.Logits });
        var input = model.Prepare(TensorData.Adopt(new[] { 0.31f, -0.52f, 1, 2 }, 1, 4))[0];
        var explanation = new InputGradient(model).Explain(input, Target.Class(1));
        Assert.Contains("no float form", explanation.Diagnostics.Notes[0], StringComparison.Ordinal);
        Assert.Equal([0f, 1, 0, 0], explanation.ToArray());
    }

    private static double WorstCorrelation(Graph graph, Graph quantized, ModelOptions options)
    {
        using var model = Model.FromGraph(graph, options with { OutputKind = OutputKind.Logits });
        using var int8 = Model.FromGraph(quantized, options with { OutputKind = OutputKind.Logits });
        var inputs = model.Prepare(SmallNets.Pictures(3, 3, seed: 7));
        return inputs.SelectMany(input => Enumerable.Range(0, 5).Select(label => Agreement.Of(
            Doubles(new InputGradient(model).Explain(input, Target.Class(label)).ToArray()), Doubles(new InputGradient(int8).Explain(input, Target.Class(label)).ToArray())).Correlation)).Min();
    }

    private static double[] Doubles(float[] values) => Array.ConvertAll(values, value => (double)value);

    private static float[] Run(Graph graph, float[] values, params long[] sizes)
    {
        using var session = Session.FromGraph(graph);
        return session.Run(new Dictionary<string, TensorData> { ["x"] = TensorData.Adopt(values, sizes) })[0].AsSpan<float>().ToArray();
    }
}
