using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Blur IG: integrated gradients from the fully blurred picture to the sharp one; the scale at which a feature appears gets the credit.</summary>
/// <remarks>
/// <para>Formula: A = −∫ ∂S_c/∂x (L(x, σ)) ⊙ ∂L/∂σ dσ, L the Gaussian blur, σ from 0 to σ_max.</para>
/// <para>Result: the input's own shape, signed, in units of the score. Σ A = S(x) − S(L(x, σ_max)) but for the residual, which is stated.</para>
/// <para>Cost: n + 2 forward and backward passes a target, and two blurs a step. Deterministic.</para>
/// <para>Misleads when: the blur does not remove the evidence (large even colours stay); blurred pictures are unlike any training picture.</para>
/// <para>Source: Xu, Venugopalan, Sundararajan, «Attribution in Scale and Space», CVPR 2020, eq. 8. Differs from it in: differences between blurs with the gradient half-way, the border repeated outwards, and σ in quadratic steps; rule=code with spacing=linear is the authors' repository (its weights in batches, which are wrong for square-root steps, excepted).</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph.</param>
/// <param name="options">Default: 50 steps from σ = 50 pixels.</param>
public sealed class BlurIntegratedGradients(Model model, BlurIntegratedGradientsOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "blur-ig";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Blur IG",
        "Integrated gradients from the fully blurred picture to the sharp one.",
        "52 forward + 52 backward passes a target",
        "the graph; a picture",
        "Xu, Venugopalan, Sundararajan, CVPR 2020",
        BlurIntegratedGradientsSettings.Table,
        static (model, options) => new BlurIntegratedGradients(model, options)) with
    {
        Obstacle = WhiteBoxObstacle.OfPixels,
    };

    private readonly BlurIntegratedGradientsOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, Recipe(_options), progress, cancel).Explain(BlurIntegratedGradientsSettings.Table.Describe(_options));

    internal static WhiteBoxRecipe Recipe(BlurIntegratedGradientsOptions options) =>
        new(RuleSet.Gradient, Estimator.Along(new BlurPath(options.MaxSigma, options.Steps, options.Spacing, options.Rule)), Cut.Input, Aggregator.Contribution)
        {
            Score = options.Score,
            Reduction = options.Reduction,
        };
}
