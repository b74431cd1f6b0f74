using System.Collections.Immutable;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Meaningful perturbation: the smallest, smoothest part of a picture whose blurring takes the score away (or which alone keeps it).</summary>
/// <remarks>
/// <para>Formula: m* = argmin λ₁·mean|1 − m| + λ₂·TV_β(m) + E_τ f_c(Φ(x(· − τ), m)), Φ = m ⊙ x + (1 − m) ⊙ blur(x); preservation: λ₁·mean|m| and −f_c.</para>
/// <para>Result: [height, width] of the model's input, 0 to 1: 1 − m*, what was removed; of preservation m*, what was kept.</para>
/// <para>Cost: 300 forward and backward passes a target, and 37 forward passes for the start. Random shifts, a function of the seed.</para>
/// <para>Misleads when: the mask finds a texture that fools the network instead of the object (small variation weight); large even objects survive their blur; the weights do not fit the score; another start ends elsewhere.</para>
/// <para>Source: Fong and Vedaldi, «Interpretable Explanations of Black Boxes by Meaningful Perturbation», ICCV 2017, eq. 3-5. Differs from it in: one blurred picture is blended in
/// (as in the authors' repository) instead of a blur that grows as m falls; the picture is shifted by up to 2 pixels with its border repeated, where the repository loads it 4 pixels larger.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph.</param>
/// <param name="options">Default <see cref="MeaningfulPerturbationOptions.Paper"/>.</param>
public sealed class MeaningfulPerturbation(Model model, MeaningfulPerturbationOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "meaningful-perturbation";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Meaningful perturbation",
        "Finds the smallest smooth part whose blurring takes the score away, or which alone keeps it.",
        "300 forward + 300 backward passes a target",
        "the graph; a picture",
        "Fong, Vedaldi, ICCV 2017",
        MeaningfulPerturbationSettings.Table,
        static (model, options) => new MeaningfulPerturbation(model, options)) with
    {
        Obstacle = WhiteBoxObstacle.OfPixels,
    };

    private readonly MeaningfulPerturbationOptions _options = options ?? MeaningfulPerturbationOptions.Paper;

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new OptimizedPerturbation(model, Id, Recipe(_options)) { Options = MeaningfulPerturbationSettings.Table.Describe(_options) }.Explain(input, targets, progress, cancel);

    /// <summary>The method as a choice of slots.</summary>
    public static PerturbationRecipe Recipe(MeaningfulPerturbationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        bool deletes = options.Game == PerturbationGame.Deletion;
        return new()
        {
            Map = site => options.Segmenter is { } segmenter
                ? new SegmentMap(site.Layout, segmenter.Segment(site.Input, options.Seed))
                : new FreeGridMap(site.Layout, options.Cells, options.Cells, options.Stretch, options.MaskBlur),
            Solver = MaskSolver.Adam(options.Rate),
            Steps = options.Steps,
            Sides = [deletes ? MaskSide.Deletion : MaskSide.Preservation],
            Terms = TermsOf(options, deletes),
            Law = options.Binary ? RelaxedLaw.Binary : RelaxedLaw.Point,
            Start = options.Segmenter is not null && options.Start == MaskStart.Circle ? MaskStart.Ones : options.Start,
            Infill = options.Infill,
            Jitter = options.Jitter,
            Noise = options.Noise,
            Plateau = OptimizedSettings.PlateauOf(options.Tolerance),
            Score = options.Score,
            Readout = deletes ? MaskReadout.Removed : MaskReadout.Kept,
            Seed = options.Seed,
        };
    }

    // Superpixels are no grid: they have no neighbours in a row, and their sizes differ, so that the part removed is measured on the whole mask.
    private static ImmutableArray<ObjectiveTerm> TermsOf(MeaningfulPerturbationOptions options, bool deletes) => options.Segmenter is null
        ? [new L1Term(deletes ? 1 : 0) { Weight = options.Size }, new TotalVariationTerm(options.VariationPower) { Weight = options.Variation }]
        : [new L1Term(deletes ? 1 : 0, MeasuredOn.Masks) { Weight = options.Size }];
}
