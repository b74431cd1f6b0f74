using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Score-CAM: each feature map is a mask of the input, and the score under it is its weight. No gradient.</summary>
/// <remarks>
/// <para>Formula: L(u) = Σ_k w_k A_k(u), w_k = softmax over k of S_c(x ⊙ s(up(A_k))), up: bilinear to the input's size, s: scaled to 0 … 1.</para>
/// <para>Result: [height, width] of the layer's grid, before the ReLU; pictures and metrics resize it bilinearly. Weights are positive and add up to 1, so the map has the unit of activations.</para>
/// <para>Cost: one forward pass a feature map (all that are the same everywhere share one), 2 more; several targets cost no more. Deterministic.</para>
/// <para>Misleads when: logits differ by much, so that the softmax leaves one channel alone; or by little, so that all weigh the same; masked inputs are unlike any that the model knows.</para>
/// <para>Source: Wang et al., «Score-CAM», CVPRW 2020, algorithm 1. Differs from it in: nothing that changes a map: the score of a baseline, which the paper takes away from all, cancels in the softmax. <see cref="ScoreCamOptions.Code"/> is the authors' repository.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph on pictures.</param>
/// <param name="options">Default <see cref="ScoreCamOptions.Paper"/>.</param>
public sealed class ScoreCam(Model model, ScoreCamOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "score-cam";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Score-CAM",
        "Feature maps as masks of the input, weighted by the score under each.",
        "1 forward pass a channel",
        "the graph; a picture; feature maps or tokens",
        "Wang et al., CVPRW 2020",
        ScoreCamSettings.Table,
        static (model, options) => new ScoreCam(model, options)) with
    {
        Obstacle = WhiteBoxObstacle.OfFeatures,
    };

    private readonly ScoreCamOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, Recipe(_options), progress, cancel).Explain(ScoreCamSettings.Table.Describe(_options),
            explanation => explanation with { Infill = _options.Infill.Name });

    internal static WhiteBoxRecipe Recipe(ScoreCamOptions options)
    {
        var weights = Estimator.MaskedScores(options.Infill, options.Weights == ScoreCamWeights.Softmax, options.AlignCorners);
        return new(RuleSet.Gradient, weights, options.Layer, new LayerMapAggregator(maps => ChannelWeights.Weighted(maps, ChannelWeights.Mean), options.Relu))
        {
            Score = options.Score,
            Rectified = options.Relu,
            Unit = options.Weights == ScoreCamWeights.Softmax ? "activation" : "score times activation",
            What = "channels",
        };
    }
}
