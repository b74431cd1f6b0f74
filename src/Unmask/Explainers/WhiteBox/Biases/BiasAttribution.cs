using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Bias attribution: the part of the score that the biases make up, which every gradient method leaves out, handed back to the input.</summary>
/// <remarks>
/// <para>Formula: β of a unit = what it receives from above + its bias times its gradient; to its input q it gives the part |W_q x_q|ʳ ÷ Σ_q′ |W_q′ x_q′|ʳ. Σ β₀ = S_c − ⟨x, ∂S_c/∂x⟩.</para>
/// <para>Result: the input's own shape, signed, in units of the score.</para>
/// <para>Cost: one forward and one backward pass with twice the multipliers, a target. Deterministic.</para>
/// <para>Misleads when: it is read alone: it is one part of the score, and where a bias goes is a convention, not a derivative.</para>
/// <para>Source: Wang et al., «Bias Also Matters: Bias Attribution for Deep Neural Network Explanation», ICML 2019, alg. 1. Differs from it in: parts are powers of |W x|, which a convolution can share out, unless a softmax of it is asked for.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph that is linear piece by piece.</param>
/// <param name="options">Default: in proportion to |W x|, the biases alone.</param>
public sealed class BiasAttribution(Model model, BiasAttributionOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "bias-attribution";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Bias attribution",
        "The part of the score that the biases make up, handed back to the input.",
        "1 forward + 2 backward passes a target",
        "the graph, linear piece by piece; float inputs",
        "Wang et al., ICML 2019",
        BiasAttributionSettings.Table,
        static (model, options) => new BiasAttribution(model, options)) with
    {
        Obstacle = static model => WhiteBoxObstacle.OfInput(model, WalkObservation.BiasesAtCut(1)),
    };

    private readonly BiasAttributionOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, Recipe(_options), progress, cancel).Explain(BiasAttributionSettings.Table.Describe(_options));

    internal static WhiteBoxRecipe Recipe(BiasAttributionOptions options) => new(RuleSet.Gradient, Estimator.Point, Cut.Input, new BiasCreditAggregator(options.WithGradient))
    {
        Score = options.Score,
        Reduction = options.Reduction,
        Observes = (_, _) => options.Temperature is { } temperature ? WalkObservation.BiasesAtCutBySoftmax(temperature) : WalkObservation.BiasesAtCut(options.Power),
    };
}
