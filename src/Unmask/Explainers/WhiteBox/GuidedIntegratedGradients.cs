using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Guided IG: integrated gradients on a path that moves first where the gradient is smallest, so that noisy regions collect less.</summary>
/// <remarks>
/// <para>Formula: A = Σ_k ½ (∂S_c(x_k)/∂x + ∂S_c(x_{k+1})/∂x) ⊙ (x_{k+1} − x_k), x_{k+1} moving the elements of smallest |∂S/∂x| first.</para>
/// <para>Result: the input's own shape, signed, in units of the score. Σ A = S(x) − S(x̄) but for the residual, which is stated.</para>
/// <para>Cost: n + 1 forward and backward passes a target, one after another. Deterministic.</para>
/// <para>Misleads when: as integrated gradients; ties and thresholds make the path sensitive to rounding.</para>
/// <para>Source: Kapishnikov et al., «Guided Integrated Gradients», CVPR 2021, algorithm 1. Differs from it in: the mean of the gradients at both ends of a step; left-multiplier=true is the paper's.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph.</param>
/// <param name="options">Default: 200 steps, a quarter first, within 2 % of the straight path.</param>
public sealed class GuidedIntegratedGradients(Model model, GuidedIntegratedGradientsOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "guided-ig";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Guided IG",
        "Integrated gradients on a path that moves first where the gradient is smallest.",
        "201 forward + 201 backward passes a target, one after another",
        "the graph; float inputs",
        "Kapishnikov et al., CVPR 2021",
        GuidedIntegratedGradientsSettings.Table,
        static (model, options) => new GuidedIntegratedGradients(model, options)) with
    {
        Obstacle = WhiteBoxObstacle.OfInput,
    };

    private readonly GuidedIntegratedGradientsOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, Recipe(_options), progress, cancel).Explain(GuidedIntegratedGradientsSettings.Table.Describe(_options),
            explanation => explanation with { Infill = _options.Baseline.Name });

    internal static WhiteBoxRecipe Recipe(GuidedIntegratedGradientsOptions options) =>
        new(RuleSet.Gradient, Estimator.Guided(options.Baseline, options.Steps, options.Fraction, options.MaxDistance, options.LeftMultiplier), Cut.Input, Aggregator.Contribution)
        {
            Score = options.Score,
            Reduction = options.Reduction,
        };
}
