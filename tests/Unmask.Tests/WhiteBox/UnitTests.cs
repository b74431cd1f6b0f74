using System.Text.Json;
using Unmask.Graphs;
using Unmask.Metrics;
using Unmask.Tests.Support;

namespace Unmask.Tests.WhiteBox;

/// <summary>Units of inner layers as targets, and classes seen through them.</summary>
public sealed class UnitTests
{
    private const int Area = SmallNets.Side * SmallNets.Side;

    [SharedFact]
    [Trait("Category", "Slow")]
    public void Units_of_layers_agree_with_captum()
    {
        // Captum's trapezoid is too small by (n − 1)/n (its README's oddity 1).
        int compared = Compare("NeuronGradient", (model, _, _) => new InputGradient(model), Unit)
            + Compare("NeuronIntegratedGradients", (model, steps, quadrature) => new IntegratedGradients(model, new() { Steps = steps, Quadrature = quadrature }), Unit)
            + Compare("NeuronConductance", (model, steps, quadrature) => new IntegratedGradients(model, new() { Steps = steps, Quadrature = quadrature }), Through);
        Assert.Equal(33, compared);
    }

    [Fact]
    public void A_channel_is_explained_as_the_sum_of_its_places()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        float[] whole = new InputGradient(model).Explain(input, Target.Unit("maps_out", 2)).ToArray();
        float[] sum = new float[whole.Length];
        var places = Enumerable.Range(0, Area).Select(place => Target.Unit("maps_out", 2, place / SmallNets.Side, place % SmallNets.Side)).ToList();
        double value = 0;
        foreach (var explanation in new InputGradient(model).Explain(input, places))
        {
            value += explanation.ScoreValue;
            float[] one = explanation.ToArray();
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += one[i];
            }
        }

        Near.Equal(sum, whole, 1e-4, "channel");
        Assert.Equal(value, new InputGradient(model).Explain(input, Target.Unit("maps_out", 2)).ScoreValue, 3);
        Near.Equal(whole, new InputGradient(model).Explain(input, Target.Unit("maps_out", 2, -1, -1)).ToArray(), 0, "all of an axis");
    }

    [Fact]
    public void Methods_that_carry_more_than_the_derivative_refuse_a_class_through_a_layer()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        var target = Target.Class(0).Through("maps_out", 1);
        var first = Cut.Layer("first_relu_out");
        IExplainer[] explainers =
        [
            new DeepLift(model), new Lrp(model), new Lrp(model, new() { Composite = Composites.EpsilonPlusFlat }), new FullGrad(model), new GuidedGradCam(model, new() { Layer = first }),
            new ExcitationBackprop(model, new() { Layer = first }),
        ];
        Assert.All(explainers, explainer => Assert.Contains("Only the derivative", Assert.Throws<UnmaskException>(() => explainer.Explain(input, target)).Message, StringComparison.Ordinal));
        Assert.Contains("scores of classes", Assert.Throws<UnmaskException>(
            () => new ScoreCam(model, new() { Layer = first }).Explain(input, Target.Unit("maps_out", 1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Units_of_the_logits_are_classes()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        var unit = new IntegratedGradients(model).Explain(input, Target.Unit("y", 1));
        var known = new IntegratedGradients(model).Explain(input, Target.Class(1));
        Near.Equal(known.ToArray(), unit.ToArray(), 1e-6, "class");
        Assert.Equal(known.ScoreValue, unit.ScoreValue, 6);
        Assert.Equal("y", unit.Target.Layer);
        Assert.Equal("activation", unit.Unit);
    }

    [Fact]
    public void What_passes_every_channel_is_the_whole()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        var explainer = new IntegratedGradients(model, new() { Steps = 20 });
        float[] whole = explainer.Explain(input, Target.Class(2)).ToArray(), sum = new float[whole.Length];
        foreach (var explanation in explainer.Explain(input, [.. Enumerable.Range(0, SmallNets.Channels).Select(channel => Target.Class(2).Through("maps_out", channel))]))
        {
            Assert.Null(explanation.Diagnostics.CompletenessGap);
            float[] one = explanation.ToArray();
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += one[i];
            }
        }

        Near.Equal(whole, sum, 1e-5, "all channels together");
        // Through one channel: the head's weight of it, times the channel's mean.
        float[] channel = new InputGradient(model).Explain(input, Target.Unit("maps_out", 3)).ToArray();
        float[] through = new InputGradient(model).Explain(input, Target.Class(2).Through("maps_out", 3)).ToArray();
        float weight = SmallNets.HeadWeights[(2 * SmallNets.Channels) + 3] / Area;
        Near.Equal([.. channel.Select(value => value * weight)], through, 1e-6, "one channel");
    }

    [Fact]
    public void Layers_are_attributed_to_as_well()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        var conductance = new LayerConductance(model, new() { Layer = Cut.Layer("first_relu_out"), Steps = 400 }).Explain(input, Target.Unit("maps_out", 1));
        Assert.Equal(conductance.ScoreValue - Unmoved(model), conductance.ToArray().Sum(), 0.02 * Math.Abs(conductance.ScoreValue));
        var smooth = new SmoothGrad(model, new() { Level = 0, Samples = 2 }).Explain(input, Target.Unit("maps_out", 1));
        Near.Equal(new InputGradient(model).Explain(input, Target.Unit("maps_out", 1)).ToArray(), smooth.ToArray(), 1e-6, "without noise");
    }

    [Fact]
    public void Targets_are_read_from_text()
    {
        using var model = SmallNets.Load(biases: true);
        var prediction = model.Predict(SmallNets.Input(model));
        Assert.Equal(Target.Unit("maps_out", 1, -1, 3), TargetText.Parse("unit:maps_out[1,*,3]", prediction));
        Assert.Equal(Target.Unit("a[0]/b", 2), TargetText.Parse("unit:a[0]/b[2]", prediction));
        Assert.Equal(Target.Class(2).Through("maps_out", 1), TargetText.Parse("2-via-maps_out[1]", prediction));
        Assert.Equal(Target.Contrast(2, 0).Through("maps_out", 1), TargetText.Parse("2-vs-0-via-maps_out[1]", prediction));
        Assert.NotEqual(Target.Class(2), TargetText.Parse("2-via-maps_out[1]", prediction));
        foreach (string text in new[] { "unit:maps_out", "unit:[1]", "unit:maps_out[x]", "unit:maps_out[-2]", "unit:maps_out[1]z" })
        {
            Assert.Contains("LAYER[INDEX", Assert.Throws<UnmaskException>(() => TargetText.Parse(text, prediction)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_cannot_be_a_unit_says_why()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        Assert.Contains("\"maps_out\"", Refused<LayerNotFoundException>(Target.Unit("maps_ouz", 1)), StringComparison.Ordinal);
        Assert.Contains("[5, 16, 16]", Refused<UnmaskException>(Target.Unit("maps_out", 5)), StringComparison.Ordinal);
        Assert.Contains("[5, 16, 16]", Refused<UnmaskException>(Target.Unit("maps_out", 1, 2, 3, 4)), StringComparison.Ordinal);
        Assert.Contains("one call", Refused<UnmaskException>(Target.Unit("maps_out", 1), Target.Class(0)), StringComparison.Ordinal);
        Assert.Contains("different inner layers", Refused<UnmaskException>(Target.Unit("maps_out", 1), Target.Unit("first_relu_out", 1)), StringComparison.Ordinal);
        Assert.Contains("\"first_relu_out\" does not depend on \"maps_out\"", Assert.Throws<NotDifferentiableException>(
            () => new InputGradient(model, new() { Layer = Cut.Layer("maps_out") }).Explain(input, Target.Unit("first_relu_out", 1))).Message, StringComparison.Ordinal);
        Assert.Contains("no probability", Assert.Throws<UnmaskException>(
            () => new InputGradient(model, new() { Score = Score.Probability }).Explain(input, Target.Unit("maps_out", 1))).Message, StringComparison.Ordinal);
        Assert.Contains("white-box", Assert.Throws<UnmaskException>(() => new Rise(model).Explain(input, Target.Unit("maps_out", 1))).Message, StringComparison.Ordinal);
        Assert.Contains("white-box", Assert.Throws<UnmaskException>(() => MetricSubject.Of(model, input, Target.Class(0).Through("maps_out", 1))).Message, StringComparison.Ordinal);
        Assert.Contains("metrics", Assert.Throws<UnmaskException>(
            () => new Deletion().Measure(model, new InputGradient(model).Explain(input, Target.Unit("maps_out", 1)))).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => Target.Unit("maps_out", 1).Through("maps_out", 2));

        string Refused<T>(params Target[] targets)
            where T : Exception => Assert.Throws<T>(() => new InputGradient(model).Explain(input, targets)).Message;
    }

    private static double Unmoved(Model model) =>
        new InputGradient(model).Explain(model.Prepare(TensorData.Adopt(new float[3 * Area], 1, 3, SmallNets.Side, SmallNets.Side))[0], Target.Unit("maps_out", 1)).ScoreValue;

    private static int Compare(string method, Func<Model, int, Quadrature, IExplainer> explainer, Func<JsonElement, int, Target> target)
    {
        int compared = 0;
        foreach (var test in ReferenceMaps.Of("grad", method))
        {
            bool path = test.GetProperty("params").TryGetProperty("n_steps", out var steps);
            int count = path ? steps.GetInt32() : 0;
            var quadrature = path ? GradientReferenceTests.QuadratureOf(test) : Quadrature.Midpoint;
            float factor = quadrature == Quadrature.Trapezoid ? (count - 1f) / count : 1;
            compared += ReferenceMaps.CompareAll([test], (model, _) => explainer(model, count, quadrature), "map", value => value * factor, null, target);
        }

        return compared;
    }

    private static Target Unit(JsonElement test, int item) => Target.Unit(ReferenceMaps.Layer(test), Neuron(test));

    private static Target Through(JsonElement test, int item) => Target.Class(ReferenceMaps.TargetOf(test, item)).Through(ReferenceMaps.Layer(test), Neuron(test));

    private static int[] Neuron(JsonElement test) => [.. test.GetProperty("params").GetProperty("neuron").EnumerateArray().Select(at => at.GetInt32())];
}
