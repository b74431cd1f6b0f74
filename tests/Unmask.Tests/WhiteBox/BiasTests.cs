using Unmask.Graphs;
using Unmask.Probing;
using Unmask.Tests.Support;

namespace Unmask.Tests.WhiteBox;

/// <summary>Methods that account for biases: what they promise to add up to, and closed forms.</summary>
public sealed class BiasTests
{
    private const int Places = SmallNets.Side * SmallNets.Side;
    private static readonly Target First = Target.Class(0);

    [Fact]
    public void Full_grads_terms_add_up_to_the_score()
    {
        using var model = SmallNets.Load(biases: true);
        var explanations = new FullGrad(model).Explain(SmallNets.Input(model), [First, Target.Class(1), Target.Class(2)]);
        Assert.All(explanations, explanation =>
        {
            Assert.Equal(explanation.ScoreValue, explanation.Diagnostics.ExplainedDifference!.Value, 4);
            Assert.Equal(0, explanation.Diagnostics.CompletenessGap!.Value, 4);
            Assert.Equal(MapKind.Pixels, explanation.Kind);
            Assert.True(explanation.ToArray().Min() >= 0);
        });
    }

    [Theory]
    [InlineData("Sigmoid")]
    [InlineData("Tanh")]
    [InlineData("Gelu")]
    [InlineData("HardSwish")]
    [InlineData("Clip")]
    [InlineData("LayerNormalization")]
    [InlineData("Softmax")]
    [InlineData("Mul")]
    [InlineData("BatchNormalization")]
    [InlineData("Pad")]
    [InlineData("MatMul")]
    [InlineData("ReduceL2")]
    public void Full_grads_terms_add_up_to_the_score_through_any_operator(string op)
    {
        using var model = Model.FromGraph(Through(op), new() { OutputKind = OutputKind.Logits });
        var input = model.Prepare(TensorData.Adopt(LinearModels.Values(2 * 8 * 8, 3), 1, 2, 8, 8))[0];
        var explanation = new FullGrad(model).Explain(input, First);
        Assert.True(Math.Abs(explanation.Diagnostics.CompletenessGap!.Value) < 1e-4 * Math.Max(1, Math.Abs(explanation.ScoreValue)), $"{op}: {explanation.Diagnostics.CompletenessGap} of {explanation.ScoreValue}");
        Assert.NotEqual(0, explanation.ScoreValue);
    }

    [Fact]
    public void Without_biases_full_grad_draws_input_times_gradient_alone()
    {
        using var model = SmallNets.Load(biases: false);
        var input = SmallNets.Input(model);
        float[] products = [.. new InputXGradient(model).Explain(input, First).ToArray().Select(Math.Abs)];
        float low = products.Min(), range = products.Max() - low;
        float[] byHand = [.. Enumerable.Range(0, Places).Select(u => Enumerable.Range(0, 3).Sum(channel => (products[(channel * Places) + u] - low) / range))];
        Near.Equal(byHand, new FullGrad(model).Explain(input, First).ToArray(), 1e-4, "by hand");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Full_grad_adds_every_convolutions_bias_times_its_gradient_scaled_layer_by_layer(bool simple)
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        float[] map = new float[Places];
        Add(new InputXGradient(model).Explain(input, First).ToArray());
        Add(Biased("first_out", LinearModels.Values(4, 110)));
        Add(Biased("second_out", LinearModels.Values(SmallNets.Channels, 111)));
        Near.Equal(map, new FullGrad(model, new() { Simple = simple }).Explain(input, First).ToArray(), 1e-4, "by hand");

        float[] Biased(string layer, float[] bias) =>
            [.. new InputGradient(model, new() { Layer = Cut.Layer(layer) }).Explain(input, First).ToArray().Select((gradient, i) => simple ? gradient : gradient * bias[i / Places])];

        void Add(float[] terms)
        {
            float low = terms.Min(Math.Abs), range = terms.Max(Math.Abs) - low;
            for (int i = 0; i < terms.Length; i++)
            {
                map[i % Places] += (Math.Abs(terms[i]) - low) / range;
            }
        }
    }

    [Fact]
    public void Smooth_full_grad_without_noise_is_full_grad()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        var smooth = new SmoothGrad(model, new() { Base = $"{FullGrad.Id}:scale=channel", Level = 0, Samples = 3 }).Explain(input, First);
        Near.Equal(new FullGrad(model, new() { Scale = BiasScale.Channel }).Explain(input, First).ToArray(), smooth.ToArray(), 1e-5, "no noise");
        Assert.Equal(0, smooth.Diagnostics.CompletenessGap!.Value, 4);
        Assert.NotEqual(new FullGrad(model).Explain(input, First).ToArray(), smooth.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Bias_attributions_add_up_to_what_input_times_gradient_leaves_of_the_score(double power)
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        double product = Sum(new InputXGradient(model).Explain(input, First));
        var biases = new BiasAttribution(model, new() { Power = power }).Explain(input, First);
        Assert.Equal(biases.ScoreValue - product, Sum(biases), 4);
        Assert.Equal(biases.ScoreValue - product, biases.Diagnostics.ExplainedDifference!.Value, 4);
        var whole = new BiasAttribution(model, new() { Power = power, WithGradient = true }).Explain(input, First);
        Assert.Equal(whole.ScoreValue, Sum(whole), 4);
        Assert.True(Math.Abs(biases.ScoreValue - product) > 0.01);
    }

    [Fact]
    public void A_dense_layers_bias_is_shared_in_proportion_to_what_its_inputs_add()
    {
        float[] w = LinearModels.Values(192, 3);
        w[5] = 0;
        using var model = LinearModels.Load([w], [2], 3, 8, 8);
        var input = model.Prepare(TensorData.Adopt(LinearModels.Values(192, 5), 1, 3, 8, 8))[0];
        float[] sizes = [.. w.Zip(input.Values.ToArray(), (weight, x) => Math.Abs(weight * x))];
        Near.Equal([.. sizes.Select(size => 2 * size / sizes.Sum())], new BiasAttribution(model).Explain(input, First).ToArray(), 1e-6, "in proportion");
        float[] active = [.. sizes.Select(size => size == 0 ? 0 : 2f / 191)];
        Near.Equal(active, new BiasAttribution(model, new() { Power = 0 }).Explain(input, First).ToArray(), 1e-6, "alike among the active");
        var nothing = model.Prepare(TensorData.Adopt(new float[192], 1, 3, 8, 8))[0];
        Near.Equal([.. Enumerable.Repeat(2f / 192, 192)], new BiasAttribution(model).Explain(nothing, First).ToArray(), 1e-6, "alike where nothing is active");
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.5)]
    [InlineData(1000)]
    public void Shared_by_a_softmax_bias_attributions_add_up_as_well(double temperature)
    {
        foreach (var graph in (Graph[])[SmallNets.Pooled(biases: true), Through("BatchNormalization"), Autodiff.SmallNets.ConvNet("Relu"), Autodiff.SmallNets.ConvNet("Relu", maxPool: false)])
        {
            using var model = Model.FromGraph(graph, new() { OutputKind = OutputKind.Logits });
            long[] sizes = [.. model.Inputs[0].Shape!.Select(axis => axis.Size ?? 1)];
            var input = model.Prepare(TensorData.Adopt(LinearModels.Values((int)sizes.Aggregate((a, b) => a * b), 3), sizes))[0];
            var biases = new BiasAttribution(model, new() { Temperature = temperature }).Explain(input, First);
            Assert.Equal(biases.ScoreValue - Sum(new InputXGradient(model).Explain(input, First)), Sum(biases), 1e-4 * Math.Max(1, biases.ToArray().Sum(Math.Abs)));
        }
    }

    [Fact]
    public void A_dense_layers_bias_is_shared_by_the_softmax_of_what_its_inputs_add()
    {
        float[] w = LinearModels.Values(192, 3);
        using var model = LinearModels.Load([w], [2], 3, 8, 8);
        var input = model.Prepare(TensorData.Adopt(LinearModels.Values(192, 5), 1, 3, 8, 8))[0];
        double[] powers = [.. w.Zip(input.Values.ToArray(), (weight, x) => Math.Exp(Math.Abs(weight * x) / 0.2))];
        Near.Equal([.. powers.Select(power => (float)(2 * power / powers.Sum()))], new BiasAttribution(model, new() { Temperature = 0.2 }).Explain(input, First).ToArray(), 1e-6, "softmax");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_convolutions_bias_is_shared_by_the_softmax_of_what_its_kernel_met(int groups)
    {
        // One convolution, 2 channels of 5 × 4 to 4, strides 2 and 1, padded; the score is the sum of all that it makes, each with its own weight.
        const int height = 5, width = 4, units = 4;
        int read = 2 / groups;
        float[] w = LinearModels.Values(units * read * 9, 1), bias = LinearModels.Values(units, 2), x = LinearModels.Values(2 * height * width, 4), head = LinearModels.Values(units * 3 * 4, 6);
        var builder = new GraphBuilder("conv");
        string made = builder.Add("Conv", [builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 2, height, width)), builder.Constant(TensorData.Adopt(w, units, read, 3, 3)), builder.Constant(TensorData.Adopt(bias, units))],
            "conv", ("pads", new NodeAttribute.Ints([1, 1, 1, 1])), ("strides", new NodeAttribute.Ints([2, 1])), ("group", (long)groups));
        string flat = builder.Add("Reshape", [builder.Add("Mul", [made, builder.Constant(TensorData.Adopt(head, 1, units, 3, 4))]), builder.Constant([0L, -1])]);
        builder.OutputAs(builder.Add("ReduceSum", [flat, builder.Constant([1L])]), "y", ElementType.Float32, new Shape(Dimension.Named("N"), 1));
        using var model = Model.FromGraph(builder.Build(), new() { OutputKind = OutputKind.Other });
        double[] expected = new double[x.Length];
        for (int i = 0; i < head.Length; i++)
        {
            int unit = i / 12, row = 2 * (i / 4 % 3), column = i % 4, first = unit / (units / groups) * read;
            var met = (from c in Enumerable.Range(0, read)
                       from k in Enumerable.Range(0, 9)
                       let at = (Y: row + (k / 3) - 1, X: column + (k % 3) - 1)
                       where at.Y is >= 0 and < height && at.X is >= 0 and < width
                       let element = ((first + c) * height * width) + (at.Y * width) + at.X
                       select (element, Power: Math.Exp(Math.Abs(w[(((unit * read) + c) * 9) + k] * x[element]) / 0.3))).ToList();
            met.ForEach(pair => expected[pair.element] += head[i] * bias[unit] * pair.Power / met.Sum(other => other.Power));
        }

        var input = model.Prepare(TensorData.Adopt(x, 1, 2, height, width))[0];
        Near.Equal([.. expected.Select(value => (float)value)], new BiasAttribution(model, new() { Temperature = 0.3 }).Explain(input, First).ToArray(), 1e-5, "by hand");
    }

    [Fact]
    public void Bias_attribution_refuses_what_is_not_linear_piece_by_piece()
    {
        using var model = Model.FromGraph(Through("LayerNormalization"), new() { OutputKind = OutputKind.Logits });
        using var plain = SmallNets.Load(biases: true);
        var input = model.Prepare(TensorData.Adopt(LinearModels.Values(2 * 8 * 8, 3), 1, 2, 8, 8))[0];
        string problem = Assert.Throws<UnsupportedOperatorException>(() => new BiasAttribution(model).Explain(input, First)).Message;
        Assert.Contains("LayerNormalization", problem, StringComparison.Ordinal);
        Assert.Contains("LayerNormalization", Catalogue.Find(BiasAttribution.Id).Obstacle(model), StringComparison.Ordinal);
        Assert.Null(Catalogue.Find(BiasAttribution.Id).Obstacle(plain));
    }

    private static double Sum(Explanation explanation) => explanation.ToArray().Sum(value => (double)value);

    /// <summary>A convolution with a bias, one operator, a dense layer with a bias.</summary>
    private static Graph Through(string op)
    {
        var builder = new GraphBuilder(op);
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 2, 8, 8));
        string conv = builder.Add(
            "Conv", [x, builder.Constant(TensorData.Adopt(LinearModels.Values(3 * 2 * 9, 1), 3, 2, 3, 3)), builder.Constant(TensorData.Vector<float>([0.5f, -0.4f, 0.3f]))], "conv", ("pads", new NodeAttribute.Ints([1, 1, 1, 1])));
        string Ones(params long[] sizes) => builder.Constant(TensorData.Adopt([.. LinearModels.Values((int)sizes.Aggregate((a, b) => a * b), 8).Select(value => value + 1.5f)], sizes));
        string middle = op switch
        {
            "Clip" => builder.Add(op, [conv, builder.Constant(-0.3f), builder.Constant(0.4f)]),
            "LayerNormalization" => builder.Add(op, [conv, Ones(8), Ones(8)], null, ("axis", -1L)),
            "Softmax" => builder.Add(op, [conv], null, ("axis", 1L)),
            "Mul" => builder.Add(op, [conv, builder.Add("Sigmoid", [conv])]),
            "BatchNormalization" => builder.Add(op, [conv, Ones(3), Ones(3), Ones(3), Ones(3)]),
            "Pad" => builder.Add(op, [conv, builder.Constant([0L, 0, 0, 0, 0, 1, 0, 0]), builder.Constant(0.7f)]),
            "MatMul" => builder.Add(op, [conv, builder.Add("Transpose", [conv], null, ("perm", new NodeAttribute.Ints([0, 1, 3, 2])))]),
            "ReduceL2" => builder.Add(op, [conv, builder.Constant([1L])], null, ("keepdims", 1L)),
            _ => builder.Add(op, [conv]),
        };
        int features = op switch { "Pad" => 4 * 64, "ReduceL2" => 64, _ => 3 * 64 };
        string flat = builder.Add("Flatten", [middle], null, ("axis", 1L));
        string y = builder.Add("Gemm", [flat, builder.Constant(TensorData.Adopt(LinearModels.Values(features * 2, 2), features, 2)), builder.Constant(TensorData.Vector<float>([0.2f, -1]))]);
        builder.OutputAs(y, "y", ElementType.Float32, new Shape(Dimension.Named("N"), 2));
        return builder.Build();
    }
}
