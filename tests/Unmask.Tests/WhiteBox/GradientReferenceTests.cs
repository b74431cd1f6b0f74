using System.Text.Json;
using Unmask.Graphs;
using Unmask.Tests.Support;

namespace Unmask.Tests.WhiteBox;

/// <summary>Gradient methods against Captum's and PAIR's maps, of all networks, within the tolerance that is stored with them.</summary>
[Trait("Category", "Slow")]
public sealed class GradientReferenceTests
{
    [SharedFact]
    public void The_gradient_agrees_with_captum()
    {
        // Saliency is stored signed (abs=False) and, in some cases, absolute.
        var cases = ReferenceMaps.Of("grad", "Saliency").ToList();
        Assert.Equal(cases.Count, Signed(cases, true) + Signed(cases, false));
        Assert.True(cases.Count >= 40, $"only {cases.Count} cases");
    }

    [SharedFact]
    public void Input_x_gradient_agrees_with_captum() =>
        Assert.Equal(29, ReferenceMaps.Compare(ReferenceMaps.Of("grad", "InputXGradient"), (model, _) => new InputXGradient(model)));

    [SharedFact]
    public void Pictures_show_torchrays_reduction()
    {
        // max over channels of |gradient|, at the input.
        var cases = ReferenceMaps.Of("grad", "TorchRay_gradient").Where(test => test.GetProperty("outputs").TryGetProperty("map", out _)).ToList();
        Assert.Equal(6, ReferenceMaps.Compare(cases, (model, _) => new InputGradient(model), read: explanation => [.. explanation.ToMap().Cast<float>()]));
    }

    [SharedFact]
    public void Gradients_of_other_scores_agree_with_captum()
    {
        var cases = ReferenceMaps.Of("extra", "SaliencyOtherTarget").ToList();
        int compared = ReferenceMaps.CompareAll(cases, (model, test) => new InputGradient(model, new() { Score = ScoreOf(test) }), "map", null, null, TargetOf);
        Assert.Equal(15, compared);
    }

    [SharedFact]
    public void Integrated_gradients_agree_with_captum()
    {
        // Captum's trapezoid has the weights of n parts on n − 1: too small by (n − 1)/n (its README's oddity 1). Ours are right, so its values are reached by that factor.
        var cases = ReferenceMaps.Of("grad", "IntegratedGradients").Where(test => test.GetProperty("params").GetProperty("multiply_by_inputs").GetBoolean()).ToList();
        int compared = 0;
        foreach (var test in cases)
        {
            int steps = test.GetProperty("params").GetProperty("n_steps").GetInt32();
            var quadrature = QuadratureOf(test);
            float factor = quadrature == Quadrature.Trapezoid ? (steps - 1f) / steps : 1;
            compared += ReferenceMaps.Compare([test], (model, _) => new IntegratedGradients(model, new()
            {
                Steps = steps,
                Quadrature = quadrature,
                Baselines = [ReferenceMaps.Baseline(test)],
            }), change: value => value * factor);
        }

        Assert.True(compared >= 50, $"only {compared} cases");
    }

    [SharedFact]
    public void The_mean_gradient_along_the_path_agrees_with_captum()
    {
        // multiply_by_inputs=False: the same estimator, another aggregator.
        var cases = ReferenceMaps.Of("grad", "IntegratedGradients").Where(test => !test.GetProperty("params").GetProperty("multiply_by_inputs").GetBoolean()).ToList();
        int compared = ReferenceMaps.Compare(cases, (model, test) => new MultiplierProbe(model, "mean-gradient", new(
            RuleSet.Gradient,
            Estimator.Along(new StraightPath([ReferenceMaps.Baseline(test)], QuadratureOf(test), test.GetProperty("params").GetProperty("n_steps").GetInt32())),
            Cut.Input,
            Aggregator.Multiplier)));
        Assert.True(compared > 0);
    }

    private static int Signed(List<JsonElement> cases, bool absolute) => ReferenceMaps.Compare(
        cases.Where(test => test.GetProperty("params").TryGetProperty("abs", out var abs) && abs.GetBoolean() == absolute || (absolute && !test.GetProperty("params").TryGetProperty("abs", out _))),
        (model, _) => new InputGradient(model),
        change: absolute ? Math.Abs : null);

    private static Score ScoreOf(JsonElement test) => ReferenceMaps.Text(test, "target_kind") switch
    {
        "probability" => Score.Probability,
        "log_probability" or "log-probability" => Score.LogProbability,
        _ => Score.Logit,
    };

    private static Target TargetOf(JsonElement test, int item) => test.GetProperty("params").TryGetProperty("minus", out var minus)
        ? Target.Contrast(ReferenceMaps.TargetOf(test, item), minus[item].GetInt32())
        : Target.Class(ReferenceMaps.TargetOf(test, item));

    internal static Quadrature QuadratureOf(JsonElement test) => ReferenceMaps.Text(test, "method") switch
    {
        "gausslegendre" => Quadrature.GaussLegendre,
        "riemann_trapezoid" => Quadrature.Trapezoid,
        "riemann_middle" => Quadrature.Midpoint,
        "riemann_left" => Quadrature.Left,
        "riemann_right" => Quadrature.Right,
        var other => throw new InvalidOperationException(other),
    };
}
