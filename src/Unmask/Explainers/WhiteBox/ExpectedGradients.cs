using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Expected gradients (GradientSHAP): integrated gradients averaged over random baselines, one point of the path a draw.</summary>
/// <remarks>
/// <para>Formula: A = E over x̄ ~ D, α ~ U(0, 1) of (x − x̄) ⊙ ∂S_c(x̄ + α(x − x̄))/∂x.</para>
/// <para>Result: the input's own shape, signed, in units of the score, with error bars. In expectation Σ A = S(x) − E S(x̄).</para>
/// <para>Cost: one forward and backward pass a draw and target, and one a baseline. Random, but a function of the seed.</para>
/// <para>Misleads when: there are few draws (look at the error bars); the baselines are not what the model is to be compared with.</para>
/// <para>Source: Erion et al., «Improving performance of deep learning models with axiomatic attribution priors», Nature MI 2021, eq. 5; GradientSHAP: Lundberg et al. Differs from it in: α is stratified and baselines used equally often, which lowers the variance; the stated error bars do not know it and are too wide.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph.</param>
/// <param name="options">Default: 200 draws from four baselines.</param>
public sealed class ExpectedGradients(Model model, ExpectedGradientsOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "expected-gradients";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Expected gradients",
        "Integrated gradients averaged over random baselines (GradientSHAP with noise).",
        "204 forward + 204 backward passes a target",
        "the graph; float inputs",
        "Erion et al., Nature MI 2021",
        ExpectedGradientsSettings.Table,
        static (model, options) => new ExpectedGradients(model, options)) with
    {
        Obstacle = WhiteBoxObstacle.OfInput,
    };

    private readonly ExpectedGradientsOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, Recipe(_options), progress, cancel).Explain(ExpectedGradientsSettings.Table.Describe(_options),
            explanation => explanation with { Seed = _options.Seed, Infill = _options.BaselinesFile ?? WhiteBoxSettings.Of(_options.Baselines) });

    internal static WhiteBoxRecipe Recipe(ExpectedGradientsOptions options)
    {
        var baselines = options.BaselinesFile is { } file ? WhiteBoxSettings.Items(file) : options.Baselines;
        return new(RuleSet.Gradient, Estimator.Along(new SamplePath(baselines, options.Samples, options.Noise, options.Seed)), Cut.Input, Aggregator.Contribution)
        {
            Score = options.Score,
            Reduction = options.Reduction,
        };
    }
}
