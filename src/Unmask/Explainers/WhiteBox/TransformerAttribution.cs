using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Transformer attribution: the relevance of attention weights times their gradient, positive part, followed through all blocks.</summary>
/// <remarks>
/// <para>Formula: C = Ē_L … Ē_1 with Ē_l = I + E_h (∇A_l ⊙ R_l)⁺, R_l the relevance of the weights A_l; a = Σ_q r_q C[q, ·].</para>
/// <para>Result: of a picture's tokens those of its places, [height, width]; else one number a token; at least 0. The token that is read keeps its own 1.</para>
/// <para>Cost: one forward and two backward passes in one program, a target. Deterministic.</para>
/// <para>Misleads when: only what speaks for the target in some head is followed, so evidence against it is not seen; the relevance depends on the rules by which it passes each operator.</para>
/// <para>Source: Chefer, Gur, Wolf, «Transformer Interpretability Beyond Attention Visualization», CVPR 2021, eq. 13 and 14. Differs from it in: in residual sums and normalisations relevance passes as by LRP-0 (in proportion to the summands; with σ as a constant), without the scaling to equal sums of the authors' code.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph with attention.</param>
/// <param name="options">Default: all blocks, the paper's formula.</param>
public sealed class TransformerAttribution(Model model, TransformerAttributionOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "transformer-attribution";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Transformer attribution",
        "The relevance of attention times its gradient, positive part, followed through all blocks.",
        "1 forward + 2 backward passes a target",
        "the graph; attention over all tokens",
        "Chefer, Gur, Wolf, CVPR 2021",
        TransformerAttributionSettings.Table,
        static (model, options) => new TransformerAttribution(model, options)) with
    {
        Obstacle = static model => WhiteBoxObstacle.OfAttention(model, Composites.Complete(Composites.TransformerAttribution)),
    };

    private readonly TransformerAttributionOptions _options = options ?? new();

    // Compiled programs are kept by rule set: one explainer asks with one.
    private readonly WhiteBoxRecipe _recipe = Recipe(options ?? new());

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, _recipe, progress, cancel).Explain(TransformerAttributionSettings.Table.Describe(_options));

    internal static WhiteBoxRecipe Recipe(TransformerAttributionOptions options) =>
        new(RuleSet.Gradient, Estimator.Point, Cut.Attention, Aggregator.TransformerAttribution(options.Normalize, options.StartBlock, options.Row))
        {
            SecondRules = Composites.Complete(options.Composite),
            Score = options.Score,
            Signed = false,
            Unit = "relevance",
        };
}
