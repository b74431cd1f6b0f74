using Unmask.WhiteBox;

namespace Unmask;

/// <summary>I-GOS: meaningful perturbation that descends along the gradient integrated from the empty mask, with steps found by a line search.</summary>
/// <remarks>
/// <para>Formula: m ← m − η·[(1/S) Σ_s ∇_m f_c(Φ(x, (s/S)·m)) + ∇(λ₁·mean|1 − m| + λ₂·TV_β(m))], η by Armijo's rule.</para>
/// <para>Result: [height, width] of the model's input, 0 to 1: 1 − m*, what was removed.</para>
/// <para>Cost: 15 steps of 20 forward and backward passes, and for each step at most 11 × 20 forward passes of the line search (usually few). Random noise, a function of the seed.</para>
/// <para>Misleads when: the mask is fine (more cells find more adversarial masks); the blur keeps the evidence; the penalties outweigh a score that is small from the start.</para>
/// <para>Source: Qi, Khorram, Li, «Visualizing Deep Networks by Optimizing with Integrated Gradients», AAAI 2020, eq. 4-8. Differs from it in: the line search asks for the mean over the way, unless search-of-mask=true; constants are those of the authors' repository (the size's weight ÷ 10 and ÷ 5 when the score does not move).</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph.</param>
/// <param name="options">Default: 15 steps, 20 points of the way each.</param>
public sealed class IGos(Model model, IGosOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "i-gos";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "I-GOS",
        "Meaningful perturbation whose steps follow an integrated gradient, found in few steps.",
        "300 forward + 300 backward passes a target, and the line search's",
        "the graph; a picture",
        "Qi, Khorram, Li, AAAI 2020",
        IGosSettings.Table,
        static (model, options) => new IGos(model, options)) with
    {
        Obstacle = WhiteBoxObstacle.OfPixels,
    };

    private readonly IGosOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new OptimizedPerturbation(model, Id, Recipe(_options)) { Options = IGosSettings.Table.Describe(_options) }.Explain(input, targets, progress, cancel);

    /// <summary>The method as a choice of slots.</summary>
    public static PerturbationRecipe Recipe(IGosOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new()
        {
            Map = site => new FreeGridMap(site.Layout, options.Cells, options.Cells),
            Law = RelaxedLaw.Path(options.PathPoints),
            Solver = MaskSolver.LineSearch(new(options.StepSize, OfMask: options.SearchOfMask)),
            Steps = options.Steps,
            Sides = [MaskSide.Deletion],
            Terms =
            [
                // The authors lower the size's weight where the score has not begun to move.
                new L1Term(1) { Weight = options.Size, Reliefs = [new(0.5, 1e-3, 10), new(0.8, 1e-2, 5)] },
                new TotalVariationTerm(options.VariationPower) { Weight = options.Variation },
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
