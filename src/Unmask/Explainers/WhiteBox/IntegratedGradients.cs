using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Integrated gradients: gradients added up on the way from a baseline to the input, so that the attributions sum to the difference of the scores.</summary>
/// <remarks>
/// <para>Formula: A = (x − x̄) ⊙ ∫₀¹ ∂S_c(x̄ + α(x − x̄))/∂x dα, by a quadrature of n nodes; the mean over baselines.</para>
/// <para>Result: the input's (or layer's) own shape, signed, in units of the score. Σ A = S(x) − S(x̄) but for the residual, which is stated.</para>
/// <para>Cost: n + 2 forward and backward passes a baseline and target. Deterministic.</para>
/// <para>Misleads when: the baseline is itself evidence: what equals it (black objects on black) gets 0; the path leaves the data; ReLU networks need many steps.</para>
/// <para>Source: Sundararajan, Taly, Yan, «Axiomatic Attribution for Deep Networks», ICML 2017, eq. 1 and 3. Differs from it in: midpoints instead of right ends.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph.</param>
/// <param name="options">Default: 50 midpoints from 0 in the model's input space.</param>
public sealed class IntegratedGradients(Model model, IntegratedGradientsOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "integrated-gradients";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Integrated gradients",
        "Gradients added up from a baseline to the input; they sum to the difference of the scores.",
        "52 forward + 52 backward passes a target",
        "the graph; float inputs, or a layer",
        "Sundararajan, Taly, Yan, ICML 2017",
        IntegratedGradientsSettings.Table,
        static (model, options) => new IntegratedGradients(model, options)) with
    {
        Obstacle = WhiteBoxObstacle.OfInput,
    };

    // 50 steps doubled five times are 1,600: what still misses then will not be had by halves.
    private const int MostDoublings = 5;

    private readonly IntegratedGradientsOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, Recipe(_options), progress, cancel).Explain(
            IntegratedGradientsSettings.Table.Describe(_options),
            explanation => explanation with { Infill = WhiteBoxSettings.Of(_options.Baselines) });

    internal static WhiteBoxRecipe Recipe(IntegratedGradientsOptions options)
    {
        var path = new StraightPath(options.Baselines, options.Quadrature, options.Steps)
        {
            AllowedGap = options.Tolerance == 0 ? double.PositiveInfinity : options.Tolerance,
            MostDoublings = options.Tolerance == 0 ? 0 : MostDoublings,
        };
        return new(RuleSet.Gradient, Estimator.Along(path), options.Layer, Aggregator.Contribution)
        {
            Moved = options.Layer,
            Score = options.Score,
            Reduction = options.Reduction,
        };
    }
}
