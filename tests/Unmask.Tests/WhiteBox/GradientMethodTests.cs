using Unmask.Graphs;
using Unmask.Tests.Support;

namespace Unmask.Tests.WhiteBox;

/// <summary>Properties that hold exactly, or as the quadrature becomes fine.</summary>
public sealed class GradientMethodTests
{
    private static readonly Target First = Target.Class(0);

    [Fact]
    public void On_a_linear_model_every_method_has_its_closed_form()
    {
        float[] w = LinearModels.Values(192, 3), other = LinearModels.Values(192, 4);
        using var model = LinearModels.Load([w, other], [1, 2], 3, 8, 8);
        var input = model.Prepare(TensorData.Adopt(LinearModels.Values(192, 5), 1, 3, 8, 8))[0];
        float[] products = [.. w.Zip(input.Values.ToArray(), (weight, x) => weight * x)];
        Near.Equal(w, new InputGradient(model).Explain(input, First).ToArray(), 1e-6, "gradient");
        Near.Equal(products, new InputXGradient(model).Explain(input, First).ToArray(), 1e-6, "input × gradient");
        foreach (var (_, quadrature) in Quadratures.All)
        {
            Near.Equal(products, new IntegratedGradients(model, new() { Steps = 3, Quadrature = quadrature }).Explain(input, First).ToArray(), 1e-6, quadrature.ToString());
        }

        Near.Equal(products, new GuidedIntegratedGradients(model, new() { Steps = 7 }).Explain(input, First).ToArray(), 1e-6, "guided");
        Near.Equal(products, new ExpectedGradients(model, new() { Baselines = [Infill.Zero], Samples = 3 }).Explain(input, First).ToArray(), 1e-6, "expected");
        float[] halves = [.. w.Zip(input.Values.ToArray(), (weight, x) => weight * (x - 0.5f))];
        Near.Equal(halves, new IntegratedGradients(model, new() { Baselines = [Infill.Zero, Infill.Constant(1)], Steps = 2 }).Explain(input, First).ToArray(), 1e-6, "two baselines");
    }

    [Fact]
    public void Quadratures_have_weights_that_add_up_to_one_and_are_exact_where_they_promise()
    {
        foreach (var (name, quadrature) in Quadratures.All)
        {
            Assert.Equal(1, Quadratures.Of(quadrature, 7).Sum(node => node.Weight), 12);
            Assert.True(Math.Abs(Quadratures.Of(quadrature, 400).Sum(node => node.Weight * node.Node) - 0.5) < 0.002, name);
        }

        Assert.Equal(1 / 14.0, Quadratures.Of(Quadrature.GaussLegendre, 7).Sum(node => node.Weight * Math.Pow(node.Node, 13)), 12);
    }

    [Fact]
    public void Without_biases_input_x_gradient_adds_up_to_the_score_and_equals_integrated_gradients()
    {
        using var model = SmallNets.Load(biases: false);
        var input = SmallNets.Input(model);
        var product = new InputXGradient(model).Explain(input, First);
        Assert.Equal(product.ScoreValue, product.ToArray().Sum(value => (double)value), 4);
        Near.Equal(product.ToArray(), new IntegratedGradients(model, new() { Steps = 1 }).Explain(input, First).ToArray(), 1e-6, "one midpoint");
    }

    [Fact]
    public void Attributions_add_up_to_the_difference_of_scores_and_say_by_how_much_not()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        IExplainer[] explainers =
        [
            new IntegratedGradients(model, new() { Steps = 400 }),
            new IntegratedGradients(model, new() { Steps = 20, Tolerance = 0.01 }),
            new IntegratedGradients(model, new() { Steps = 400, Layer = Cut.LastSpatial }),
            new LayerConductance(model, new() { Steps = 400 }),
            new BlurIntegratedGradients(model, new() { Steps = 200, MaxSigma = 6 }),
            new GuidedIntegratedGradients(model, new() { Steps = 400 }),
        ];
        foreach (var explainer in explainers)
        {
            var explanation = explainer.Explain(input, First);
            double sum = explanation.ToArray().Sum(value => (double)value), difference = explanation.Diagnostics.ExplainedDifference!.Value;
            Assert.True(Math.Abs(sum - difference) < 0.02 * Math.Abs(difference), $"{explainer.Method}: {sum} of {difference}");
            Assert.Equal(sum - difference, explanation.Diagnostics.CompletenessGap!.Value, 4);
        }
    }

    [Fact]
    public void Conductance_at_the_input_is_integrated_gradients_and_at_a_linear_layer_its_sum_is_kept()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        var along = new MultiplierProbe(model, "trapezoid", new(RuleSet.Gradient, Estimator.Along(new StraightPath([Infill.Zero], Quadrature.Trapezoid, 60)), Cut.Input, Aggregator.Contribution)).Explain(input, First);
        Near.Equal(new IntegratedGradients(model, new() { Steps = 60, Quadrature = Quadrature.Trapezoid }).Explain(input, First).ToArray(), along.ToArray(), 0, "same recipe");
        double inner = new LayerConductance(model, new() { Steps = 300, Layer = Cut.Layer("first_out") }).Explain(input, First).ToArray().Sum(value => (double)value);
        Assert.Equal(along.Diagnostics.ExplainedDifference!.Value, inner, 1);
    }

    [Fact]
    public void Grad_cam_is_cam_where_the_last_maps_are_averaged()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        float[] maps = new LayerActivation(model).Explain(input, First).ToArray();
        int places = SmallNets.Side * SmallNets.Side;
        var explanation = new GradCam(model).Explain(input, Target.Class(2));
        Assert.Equal("maps_out", explanation.Layer!.Name);
        float[] cam = [.. Enumerable.Range(0, places).Select(place => Enumerable.Range(0, SmallNets.Channels).Sum(k => SmallNets.HeadWeights[(2 * SmallNets.Channels) + k] * maps[(k * places) + place]) / places)];
        Near.Equal(cam, explanation.ToArray(), 1e-6, "CAM ÷ places");
        Assert.All(explanation.ToMap().Cast<float>(), value => Assert.True(value >= 0));
    }

    [Fact]
    public void Without_noise_smoothgrad_is_its_base_and_vargrad_is_zero()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        float[] gradient = new InputGradient(model).Explain(input, First).ToArray();
        Near.Equal(gradient, new SmoothGrad(model, new() { Level = 0, Samples = 3 }).Explain(input, First).ToArray(), 0, "σ = 0");
        var variance = new SmoothGrad(model, new() { Level = 0, Samples = 3, Average = NoiseAverage.Variance }).Explain(input, First);
        Assert.All(variance.ToArray(), value => Assert.Equal(0, value));
        Assert.Contains(variance.Diagnostics.Notes, note => note.Contains("zero everywhere", StringComparison.Ordinal));
        float[] mean = new SmoothGrad(model).Explain(input, First).ToArray();
        float[] squared = new SmoothGrad(model, new() { Average = NoiseAverage.Squared }).Explain(input, First).ToArray();
        Assert.All(mean.Zip(squared), pair => Assert.True(pair.Second >= (pair.First * pair.First) - 1e-9f));
    }

    [Fact]
    public void Xrai_keeps_the_sum_of_what_it_gathers()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        var base_ = new IntegratedGradients(model, new() { Baselines = [Infill.Min, Infill.Max], Steps = 10 }).Explain(input, First).ToArray();
        int places = SmallNets.Side * SmallNets.Side;
        double expected = Enumerable.Range(0, places).Sum(place => (double)Enumerable.Range(0, 3).Max(channel => base_[(channel * places) + place]));
        foreach (var order in new[] { RegionOrder.Greedy, RegionOrder.Fast })
        {
            float[] map = new Xrai(model, new() { Steps = 10, Order = order, FewestNew = 5 }).Explain(input, First).ToArray();
            Assert.Equal(expected, map.Sum(value => (double)value), 4);
        }
    }

    [Fact]
    public void Results_depend_neither_on_batches_nor_on_threads()
    {
        var whole = Maps(new() { Throughput = new() { Threads = 1, BatchSize = 64 } });
        var pieces = Maps(new() { Throughput = new() { Threads = 3, BatchSize = 2 } });
        foreach (var (one, other) in whole.Zip(pieces))
        {
            Near.Equal(one, other, 1e-6, "batches");
        }

        static List<float[]> Maps(ModelOptions options)
        {
            using var model = SmallNets.Load(biases: true, options);
            var input = SmallNets.Input(model);
            return
            [
                new SmoothGrad(model).Explain(input, First).ToArray(),
                new ExpectedGradients(model, new() { Samples = 30, Baselines = [Infill.Zero, Infill.Mean], Noise = 0.1 }).Explain(input, First).ToArray(),
                new IntegratedGradients(model).Explain(input, First).ToArray(),
            ];
        }
    }

    [Fact]
    public void Several_targets_in_one_pass_are_each_alone_and_a_contrast_is_their_difference()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        IExplainer[] explainers = [new InputGradient(model), new GradCam(model), new IntegratedGradients(model, new() { Steps = 9 }), new SmoothGrad(model, new() { Samples = 4 }), new LayerConductance(model, new() { Steps = 9 })];
        foreach (var explainer in explainers)
        {
            var together = explainer.Explain(input, [Target.Class(0), Target.Class(2), Target.Contrast(0, 2)]);
            Near.Equal(explainer.Explain(input, Target.Class(2)).ToArray(), together[1].ToArray(), 1e-6, explainer.Method);
            Near.Equal([.. together[0].ToArray().Zip(together[1].ToArray(), (one, other) => one - other)], together[2].ToArray(), 1e-5, $"{explainer.Method} contrast");
        }
    }

    [Fact]
    public void Error_bars_of_expected_gradients_shrink_with_the_draws_and_cover_the_difference()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        var few = new ExpectedGradients(model, new() { Samples = 16, Baselines = [Infill.Zero, Infill.Constant(1)] }).Explain(input, First);
        var many = new ExpectedGradients(model, new() { Samples = 256, Baselines = [Infill.Zero, Infill.Constant(1)] }).Explain(input, First);
        double Mean(Explanation explanation) => Enumerable.Range(0, 768).Average(i => (double)(explanation with { Attributions = explanation.StandardDeviations! }).ToArray()[i]);
        Assert.InRange(Mean(many) / Mean(few), 0.2, 0.3);
        Assert.True(Math.Abs(many.Diagnostics.CompletenessGap!.Value) < 0.05 * Math.Abs(many.Diagnostics.ExplainedDifference!.Value) + 0.05);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(57)]
    public void The_k_th_smallest_is_that_of_the_sorted_numbers(int count)
    {
        float[] numbers = [.. LinearModels.Values(count, 9).Select((value, i) => i % 5 == 0 ? float.PositiveInfinity : MathF.Round(value * 8))];
        float[] sorted = [.. numbers.Order()];
        for (int rank = 0; rank < count; rank++)
        {
            Assert.Equal(sorted[rank], OrderStatistic.Of([.. numbers], rank));
        }
    }

    [Fact]
    public void Progress_ends_at_its_total_and_cancellation_stops()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        var steps = new List<Step>();
        new IntegratedGradients(model, new() { Steps = 8 }).Explain(input, [First], new Collector(steps));
        Assert.Equal((0L, 10L), (steps[0].Done, steps[0].Total));
        Assert.Equal(1, steps[^1].Fraction);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => new IntegratedGradients(model).Explain(input, [First], null, cancelled.Token));
    }

    private sealed class Collector(List<Step> steps) : IProgress<Step>
    {
        public void Report(Step value) => steps.Add(value);
    }
}
