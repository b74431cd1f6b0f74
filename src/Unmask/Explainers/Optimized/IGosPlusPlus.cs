using Unmask.WhiteBox;

namespace Unmask;

/// <summary>iGOS++: I-GOS with two masks, one for deletion and one for insertion, whose product must do both; and a penalty that lets masks end where the picture has edges.</summary>
/// <remarks>
/// <para>Formula: the mean over s of f(Φ(x, αx̃)) − f(Φ(x, 1 − αỹ)) + f(Φ(x, αx̃ỹ)) − f(Φ(x, 1 − αx̃ỹ)), α = s/S, for masks x̃ and ỹ, plus for each λ₁·mean|1 − m| and λ₂·½(TV_β(m) + bilateral TV_β(m)).</para>
/// <para>Result: [height, width] of the model's input, 0 to 1: 1 − x̃·ỹ, what was removed.</para>
/// <para>Cost: 15 steps of 80 forward and backward passes, and for each step at most 12 × 80 forward passes of the line search (usually few). Random noise, a function of the seed.</para>
/// <para>Misleads when: as I-GOS; where deletion and insertion want different parts, the product shows their intersection.</para>
/// <para>Source: Khorram, Lawson, Li, «iGOS++: Integrated Gradient Optimized Saliency by Bilateral Perturbations», CHIL 2021, eq. 6-11. Differs from it in: the four scores weigh the same.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph.</param>
/// <param name="options">Default: 15 steps, 20 points of the way each.</param>
public sealed class IGosPlusPlus(Model model, IGosPlusPlusOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "i-gos-plus-plus";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "iGOS++",
        "Two masks, one that deletes and one that inserts, and their product in both games.",
        "1,200 forward + 1,200 backward passes a target, and the line search's",
        "the graph; a picture",
        "Khorram, Lawson, Li, CHIL 2021",
        IGosPlusPlusSettings.Table,
        static (model, options) => new IGosPlusPlus(model, options)) with
    {
        Obstacle = WhiteBoxObstacle.OfPixels,
    };

    private readonly IGosPlusPlusOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new OptimizedPerturbation(model, Id, Recipe(_options)) { Options = IGosPlusPlusSettings.Table.Describe(_options) }.Explain(input, targets, progress, cancel);

    /// <summary>The method as a choice of slots.</summary>
    public static PerturbationRecipe Recipe(IGosPlusPlusOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new()
        {
            Map = site => new FreeGridMap(site.Layout, options.Cells, options.Cells),
            Masks = 2,
            Law = RelaxedLaw.Path(options.PathPoints),
            Solver = options.Solver == IGosSolver.LineSearch ? MaskSolver.LineSearch(new(options.StepSize, OfMask: options.SearchOfMask)) : MaskSolver.Nesterov(options.StepSize),
            Steps = options.Steps,
            Sides = [MaskSide.Deletion, MaskSide.Insertion with { Mask = 1 }, MaskSide.Deletion with { Mask = 2 }, MaskSide.Insertion with { Mask = 2 }],
            Terms =
            [
                new L1Term(1) { Weight = options.Size },
                new TotalVariationTerm(options.VariationPower) { Weight = options.Variation / 2 },
                new BilateralTotalVariationTerm(options.VariationPower, options.EdgeSigma) { Weight = options.Variation / 2 },
            ],
            Start = options.Start,
            Infill = options.Infill,
            Noise = options.Noise,
            Score = options.Score,
            Readout = MaskReadout.Removed,
            Seed = options.Seed,
        };
    }
}
