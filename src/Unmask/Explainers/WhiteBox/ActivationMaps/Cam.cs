using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>CAM: the last feature maps, weighted by the weights of the class. For networks that average their last maps.</summary>
/// <remarks>
/// <para>Formula: L(u) = Σ_k w_k A_k(u), w_k the class's weight of channel k; its mean over places and the class's bias make up the logit.</para>
/// <para>Result: [height, width] of the last feature maps, signed, in units of the score; pictures and metrics resize it bilinearly.</para>
/// <para>Cost: one forward and one backward pass through the head, a target. Deterministic.</para>
/// <para>Misleads when: the last grid is coarse; a place far from the object has seen it as well, since receptive fields are large.</para>
/// <para>Source: Zhou et al., «Learning Deep Features for Discriminative Localization», CVPR 2016, eq. 2. Differs from it in: nothing. Weights are read as Σ_u ∂S_c/∂A_k(u), which equals w_k for any linear head.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph on pictures that ends in an average over places and a linear head.</param>
/// <param name="options">How it is shown.</param>
public sealed class Cam(Model model, CamOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "cam";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "CAM",
        "The last feature maps, weighted by the weights of the class.",
        "1 forward + 1 backward pass a target",
        "the graph; a picture; an average, then a linear head",
        "Zhou et al., CVPR 2016",
        CamSettings.Table,
        static (model, options) => new Cam(model, options)) with
    {
        Obstacle = WhiteBoxObstacle.OfPooledMaps,
    };

    private readonly CamOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, Recipe(_options), progress, cancel).Explain(CamSettings.Table.Describe(_options));

    private static WhiteBoxRecipe Recipe(CamOptions options) =>
        new(RuleSet.Gradient, Estimator.Point, new PooledMapsCut(), new LayerMapAggregator(maps => ChannelWeights.Weighted(maps, ChannelWeights.Sum)))
        {
            Rectified = options.Relu,
        };
}
