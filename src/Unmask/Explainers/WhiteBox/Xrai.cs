using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>XRAI: integrated gradients gathered over regions of the picture, the regions ranked by their mean.</summary>
/// <remarks>
/// <para>Formula: each pixel gets the mean integrated gradient of the piece that brought it in; regions are Felzenszwalb's segments at six scales, dilated by 5 pixels, taken by the largest mean over their new pixels.</para>
/// <para>Result: [height, width] of the model's input, in units of the score by pixel; the sum over pixels is that of the largest channel's integrated gradients.</para>
/// <para>Cost: 204 forward and backward passes a target, and the segmentation. Deterministic.</para>
/// <para>Misleads when: the object is smaller than a region, or shares one with what is around it; its edges are the segmentation's, not the model's.</para>
/// <para>Source: Kapishnikov et al., «XRAI: Better Attributions Through Regions», ICCV 2019, algorithm 1. Differs from it in: segments are made at the model's size (smallest size and dilation in proportion to 224 pixels) rather than at 224 × 224.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph.</param>
/// <param name="options">Default: 100 steps from black and from white, greedy.</param>
public sealed class Xrai(Model model, XraiOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "xrai";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "XRAI",
        "Integrated gradients gathered over regions, ranked by their mean.",
        "203 forward + 203 backward passes a target",
        "the graph; a picture",
        "Kapishnikov et al., ICCV 2019",
        XraiSettings.Table,
        static (model, options) => new Xrai(model, options)) with
    {
        Obstacle = WhiteBoxObstacle.OfPixels,
    };

    private readonly XraiOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, Recipe(_options), progress, cancel).Explain(XraiSettings.Table.Describe(_options),
            explanation => explanation with { Infill = WhiteBoxSettings.Of(_options.Baselines) });

    internal static WhiteBoxRecipe Recipe(XraiOptions options)
    {
        var path = new StraightPath(options.Baselines, Quadrature.Midpoint, options.Steps);
        return new(RuleSet.Gradient, Estimator.Along(path), Cut.Input, new RegionAggregator(options.Order, options.FewestNew, options.Area))
        {
            Score = options.Score,
            Unit = "score by pixel",
        };
    }
}
