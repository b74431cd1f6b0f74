using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Attention weights: how much the token that the score is read from looks at each other, in one attention.</summary>
/// <remarks>
/// <para>Formula: a = Σ_q r_q F_h A_h[q, ·], r the share of the queries that are read, F the mean, largest or smallest over heads.</para>
/// <para>Result: of a picture's tokens those of its places, [height, width]; else one number a token. From 0 to 1; all tokens sum to 1 under the mean. The same for every target.</para>
/// <para>Cost: one forward and one backward pass, a target (the backward pass also shows which tokens reach the score). Deterministic.</para>
/// <para>Misleads when: it is read as an explanation: it does not know the target, tokens of late blocks have mixed with all others, and much weight goes to tokens of no content.</para>
/// <para>Source: «Attention»; Dosovitskiy et al., ICLR 2021, show such maps; Jain, Wallace, «Attention is not Explanation», NAACL 2019, say what they are not. Differs from it in: the row is found, not given.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph with attention.</param>
/// <param name="options">Default: the last attention, the mean of its heads.</param>
public sealed class AttentionWeights(Model model, AttentionWeightsOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "attention";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Attention",
        "The weights of an attention map, as the token that is read gives them.",
        "1 forward + 1 backward pass a target",
        "the graph; attention over all tokens",
        "building block",
        AttentionWeightsSettings.Table,
        static (model, options) => new AttentionWeights(model, options)) with
    {
        Obstacle = WhiteBoxObstacle.OfAttention,
    };

    private readonly AttentionWeightsOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, Recipe(_options), progress, cancel).Explain(AttentionWeightsSettings.Table.Describe(_options));

    internal static WhiteBoxRecipe Recipe(AttentionWeightsOptions options) => new(RuleSet.Gradient, Estimator.Point, new ReadAttentionCut(options.Layer), Aggregator.AttentionRow(options.Heads, options.Row))
    {
        Score = options.Score,
        Signed = false,
        Unit = "attention",
    };
}
