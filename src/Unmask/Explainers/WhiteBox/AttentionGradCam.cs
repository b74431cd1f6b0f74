using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Attention Grad-CAM: the heads of one attention, each weighted by the mean gradient of the score over the places it looks at.</summary>
/// <remarks>
/// <para>Formula: a[j] = Σ_q r_q Σ_h w_h A_h[q, j], w_h the mean of ∂S_c/∂A_h[q, j] over the places j and the queries q that are read. Pictures show max(0, a).</para>
/// <para>Result: of a picture's tokens those of its places, [height, width]; else one number a token, signed, before the ReLU, in units of the score.</para>
/// <para>Cost: one forward and one backward pass, a target (the backward pass also shows which tokens reach the score). Deterministic.</para>
/// <para>Misleads when: gradients of opposite sign within a head cancel in its weight; only one block is seen, in which tokens have mixed already.</para>
/// <para>Source: the baseline of Chefer, Gur, Wolf, «Transformer Interpretability Beyond Attention Visualization», CVPR 2021, §4, after Selvaraju et al., ICCV 2017. Differs from it in: heads are added, not averaged; the ReLU acts on pictures, not on the array.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph with attention.</param>
/// <param name="options">Default: the last attention.</param>
public sealed class AttentionGradCam(Model model, AttentionGradCamOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "attention-grad-cam";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Attention Grad-CAM",
        "The heads of the last attention, each weighted by the mean gradient of the score.",
        "1 forward + 1 backward pass a target",
        "the graph; attention over all tokens",
        "Chefer, Gur, Wolf, CVPR 2021",
        AttentionGradCamSettings.Table,
        static (model, options) => new AttentionGradCam(model, options)) with
    {
        Obstacle = WhiteBoxObstacle.OfAttention,
    };

    private readonly AttentionGradCamOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, Recipe(_options), progress, cancel).Explain(AttentionGradCamSettings.Table.Describe(_options));

    internal static WhiteBoxRecipe Recipe(AttentionGradCamOptions options) => new(RuleSet.Gradient, Estimator.Point, new ReadAttentionCut(options.Layer), Aggregator.AttentionGradCam(options.Row))
    {
        Score = options.Score,
        Rectified = options.Relu,
    };
}
