using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>DeepSHAP: DeepLIFT averaged over a set of references, as an approximation of Shapley values against what the set expects.</summary>
/// <remarks>
/// <para>Formula: A = 1/K Σ_k (x − x̄_k) ⊙ m(x, x̄_k), m as DeepLIFT's.</para>
/// <para>Result: the input's (or layer's) own shape, signed, in units of the score. Σ A = S(x) − mean S(x̄_k) to rounding; the residual is stated.</para>
/// <para>Cost: two forward passes and one backward pass, a reference and target, in batches: memory does not grow with the number of references. Deterministic.</para>
/// <para>Misleads when: the references are not what the model is to be compared with; it equals Shapley values only where the network is linear, or takes minima and maxima of independent parts.</para>
/// <para>Source: Lundberg, Lee, «A Unified Approach to Interpreting Model Predictions», NeurIPS 2017, §4.2. Differs from it in: the rules of <see cref="DeepLift"/>; softmax and normalisations are taken apart, so that nothing is missing from the sum.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph.</param>
/// <param name="options">Default: four references, Rescale.</param>
public sealed class DeepShap(Model model, DeepShapOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "deep-shap";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "DeepSHAP",
        "DeepLIFT averaged over a set of references.",
        "8 forward + 4 backward passes a target",
        "the graph; float inputs, or a layer",
        "Lundberg, Lee, NeurIPS 2017",
        DeepShapSettings.Table,
        static (model, options) => new DeepShap(model, options)) with
    {
        Obstacle = static model => WhiteBoxObstacle.OfInput(model, RuleSet.DeepLift()),
    };

    private readonly DeepShapOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, Recipe(_options), progress, cancel).Explain(DeepShapSettings.Table.Describe(_options),
            explanation => explanation with { Infill = _options.BaselinesFile ?? WhiteBoxSettings.Of(_options.Baselines) });

    internal static WhiteBoxRecipe Recipe(DeepShapOptions options)
    {
        var baselines = options.BaselinesFile is { } file ? WhiteBoxSettings.Items(file) : options.Baselines;
        return new(RuleSet.DeepLift(options.Rule), Estimator.FromReferences(baselines.AsSpan()), options.Layer, Aggregator.Contribution)
        {
            Score = options.Score,
            Reduction = options.Reduction,
        };
    }
}
