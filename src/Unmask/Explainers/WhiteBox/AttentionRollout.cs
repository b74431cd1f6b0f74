using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Attention rollout: how much the token that the score is read from has of each input token, if attention and residual connections were all that mixes them.</summary>
/// <remarks>
/// <para>Formula: R = Â_L … Â_1 with Â_l = ½(F_h A_l,h + I), rows divided by their sums; a = Σ_q r_q R[q, ·].</para>
/// <para>Result: of a picture's tokens those of its places, [height, width]; else one number a token. From 0 to 1; all tokens sum to 1. The same for every target.</para>
/// <para>Cost: one forward and one backward pass, a target (the backward pass also shows which tokens reach the score). Deterministic.</para>
/// <para>Misleads when: it is read as an explanation of a class: it does not know the target; it counts heads alike, and what values carry and what the multilayer perceptrons do is left out; deep models blur to a uniform map.</para>
/// <para>Source: Abnar, Zuidema, «Quantifying Attention Flow in Transformers», ACL 2020, §3. Differs from it in: nothing with the defaults; discarding weights and fusing heads by the largest or smallest are later additions (Gildenblat, 2020).</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph with attention.</param>
/// <param name="options">Default: all blocks, the mean of heads, nothing discarded.</param>
public sealed class AttentionRollout(Model model, AttentionRolloutOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "attention-rollout";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Attention rollout",
        "Attention followed through all blocks, residual connections included.",
        "1 forward + 1 backward pass a target",
        "the graph; attention over all tokens",
        "Abnar, Zuidema, ACL 2020",
        AttentionRolloutSettings.Table,
        static (model, options) => new AttentionRollout(model, options)) with
    {
        Obstacle = WhiteBoxObstacle.OfAttention,
    };

    private readonly AttentionRolloutOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, Recipe(_options), progress, cancel).Explain(AttentionRolloutSettings.Table.Describe(_options));

    internal static WhiteBoxRecipe Recipe(AttentionRolloutOptions options) =>
        new(RuleSet.Gradient, Estimator.Point, Cut.Attention, Aggregator.Rollout(options.Heads, options.Discard, options.StartBlock, options.Row))
        {
            Score = options.Score,
            Signed = false,
            Unit = "attention",
        };
}
