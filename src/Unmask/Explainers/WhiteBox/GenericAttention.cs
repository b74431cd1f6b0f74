using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Generic attention explainability: relevance that follows attention weighted by its positive gradient, through self- and cross-attention.</summary>
/// <remarks>
/// <para>Formula: R ← R + Ā R from R = I, Ā_l = E_h (∇A_l ⊙ A_l)⁺; across streams R_sq ← R_sq + N(R_ss)ᵀ Ā N(R_qq); a = Σ_q r_q (R − I)[q, ·].</para>
/// <para>Result: of a picture's tokens those of its places, [height, width]; else one number a token, at least 0. Of several streams of tokens that of the explained input.</para>
/// <para>Cost: one forward and one backward pass, a target (the backward pass also shows which tokens reach the score). Deterministic.</para>
/// <para>Misleads when: only what speaks for the target in some head is followed, so evidence against it is not seen; what values carry and what the multilayer perceptrons do is left out.</para>
/// <para>Source: Chefer, Gur, Wolf, «Generic Attention-model Explainability for Interpreting Bi-Modal and Encoder-Decoder Transformers», ICCV 2021, eq. 5 to 11. Differs from it in: the relevance that a token has of itself from the start (I) is taken off the row that is read.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph with attention.</param>
/// <param name="options">Default: all attention, the rows that reach the score.</param>
public sealed class GenericAttention(Model model, GenericAttentionOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "generic-attention";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Generic attention",
        "Attention times its gradient, positive part, followed through all blocks; also across streams.",
        "1 forward + 1 backward pass a target",
        "the graph; attention over all tokens",
        "Chefer, Gur, Wolf, ICCV 2021",
        GenericAttentionSettings.Table,
        static (model, options) => new GenericAttention(model, options)) with
    {
        Obstacle = WhiteBoxObstacle.OfAttention,
    };

    private readonly GenericAttentionOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, Recipe(_options), progress, cancel).Explain(GenericAttentionSettings.Table.Describe(_options));

    internal static WhiteBoxRecipe Recipe(GenericAttentionOptions options) => new(RuleSet.Gradient, Estimator.Point, Cut.Attention, Aggregator.GenericAttention(options.Row))
    {
        Score = options.Score,
        Signed = false,
        Unit = "relevance",
    };
}
