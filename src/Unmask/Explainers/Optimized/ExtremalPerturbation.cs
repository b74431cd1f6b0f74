using System.Collections.Immutable;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Extremal perturbation: for a fixed area, the smooth mask of that area that keeps the highest score (or takes most of it away).</summary>
/// <remarks>
/// <para>Formula: m_a = argmax f_c(Φ(x, m)) − λ_t·mean(sort(m) − r_a)², r_a = (1 − a)·n zeros, then a·n ones; m a smooth maximum of discs on a grid, Φ the picture blurred the more the smaller m.</para>
/// <para>Result: [height, width] of the model's input, 0 to 1: the mask, nearly hard; of several areas their mean. Of a layer: one number a channel.</para>
/// <para>Cost: 800 forward and backward passes for each target and area (dual: twice), all areas together. Deterministic unless the start or the jitter is random.</para>
/// <para>Misleads when: the asked area is not that of the object (give several: a mask must have its area, even if half of it would do); the blur leaves colours that suffice; a mask of the wrong scale (σ) joins things that do not belong together.</para>
/// <para>Source: Fong, Patrick, Vedaldi, «Understanding Deep Networks via Extremal Perturbations and Smooth Masks», ICCV 2019, eq. 2-7. Differs from it in: nothing known; constants are those of the authors' library.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph.</param>
/// <param name="options">Default <see cref="ExtremalPerturbationOptions.Code"/>: one area of a tenth, 800 steps.</param>
public sealed class ExtremalPerturbation(Model model, ExtremalPerturbationOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "extremal-perturbation";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Extremal perturbation",
        "Finds, for a fixed area, the smooth mask that keeps the highest score.",
        "800 forward + 800 backward passes a target and area",
        "the graph; a picture",
        "Fong, Patrick, Vedaldi, ICCV 2019",
        ExtremalPerturbationSettings.Table,
        static (model, options) => new ExtremalPerturbation(model, options)) with
    {
        Obstacle = WhiteBoxObstacle.OfPixels,
    };

    private readonly ExtremalPerturbationOptions _options = options ?? ExtremalPerturbationOptions.Code;

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new OptimizedPerturbation(model, Id, Recipe(_options)) { Options = ExtremalPerturbationSettings.Table.Describe(_options) }.Explain(input, targets, progress, cancel);

    /// <summary>The method as a choice of slots.</summary>
    public static PerturbationRecipe Recipe(ExtremalPerturbationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ImmutableArray<MaskSide> sides = options.Variant switch
        {
            ExtremalVariant.Preserve => [MaskSide.Preservation],
            ExtremalVariant.Delete => [MaskSide.Removal],
            _ => [MaskSide.Preservation, MaskSide.Removal],
        };
        var pixels = new PerturbationRecipe
        {
            Map = site => new SmoothMaxMap(site.Layout, options.NodeStep, options.Sigma),
            Solver = MaskSolver.Sgd(options.Rate, momentum: 0.9, dampening: 0.9),
            Steps = options.Steps,
            Sides = sides,
            Terms = [new AreaTerm(options.Area) { Fraction = options.Fraction, Weight = WeightSchedule.Geometric(options.AreaWeight, options.AreaGrowth) }],
            Start = options.Start,
            Composition = options.Infill is null ? Composition.BlurPyramid(maxSigma: options.MaxBlur) : Composition.Blend,
            Infill = options.Infill ?? Infill.Zero,
            Jitter = options.Jitter,
            Smoothing = options.Smoothing,
            Score = options.Score,
            Seed = options.Seed,
        };
        // Channels have no places: they fade, unmoved and unsmoothed.
        return options.Layer is not { } layer ? pixels : pixels with
        {
            Map = site => new ChannelMap(site.Layout),
            Site = Cut.Parse(layer),
            Composition = Composition.Blend,
            Infill = options.Infill ?? Infill.Zero,
            Jitter = Jitter.None,
        };
    }
}
