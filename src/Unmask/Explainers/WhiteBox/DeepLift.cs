using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>DeepLIFT: the difference of the score from that at a reference, handed back layer by layer to what made it. One backward pass; the sum is exact.</summary>
/// <remarks>
/// <para>Formula: A = (x − x̄) ⊙ m, where m passes functions of one element by Δa/Δz, products by midpoints, maxima by what both sides chose; the mean over references.</para>
/// <para>Result: the input's (or layer's) own shape, signed, in units of the score. Σ A = S(x) − S(x̄) to rounding, through attention and normalisations too; the residual is stated.</para>
/// <para>Cost: two forward passes and one backward pass (of about twice the gradient's work), a reference and target. Deterministic.</para>
/// <para>Misleads when: the reference is itself evidence; two networks that compute the same function may get different maps; Rescale gives all to one of two inputs of which either would do (see the rule).</para>
/// <para>Source: Shrikumar, Greenside, Kundaje, «Learning Important Features Through Propagating Activation Differences», ICML 2017, §3. Differs from it in: max pooling shares by what both sides chose, which alone is complete; attention, normalisations and recurrent layers are taken apart.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph.</param>
/// <param name="options">Default: Rescale, from 0 in the model's input space.</param>
public sealed class DeepLift(Model model, DeepLiftOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "deep-lift";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "DeepLIFT",
        "The difference from a reference, handed back layer by layer; the sum is exact.",
        "2 forward + 1 backward passes a target",
        "the graph; float inputs, or a layer",
        "Shrikumar, Greenside, Kundaje, ICML 2017",
        DeepLiftSettings.Table,
        static (model, options) => new DeepLift(model, options)) with
    {
        Obstacle = static model => WhiteBoxObstacle.OfInput(model, RuleSet.DeepLift()),
    };

    private readonly DeepLiftOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, Recipe(_options), progress, cancel).Explain(DeepLiftSettings.Table.Describe(_options),
            explanation => explanation with { Infill = WhiteBoxSettings.Of(_options.Baselines) });

    internal static WhiteBoxRecipe Recipe(DeepLiftOptions options) =>
        new(RuleSet.DeepLift(options.Rule), Estimator.FromReferences(options.Baselines.AsSpan()), options.Layer, Aggregator.Contribution)
        {
            Score = options.Score,
            Reduction = options.Reduction,
        };
}
