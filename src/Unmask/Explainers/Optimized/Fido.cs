using Unmask.WhiteBox;

namespace Unmask;

/// <summary>FIDO: for each pixel the probability that it is kept, such that what is kept, completed by an in-fill of it, suffices for the class (or is no longer enough).</summary>
/// <remarks>
/// <para>Formula: θ* = argmin E_{z ~ Bernoulli(θ)}[−s_c(Φ(x, z))] + λ·mean θ (SSR), or E[s_c(Φ(x, z))] + λ·mean(1 − θ) (SDR); Φ = z ⊙ x + (1 − z) ⊙ x̂(x, z), s_c the log-odds; z relaxed to the concrete distribution.</para>
/// <para>Result: [height, width] of the model's input, 0 to 1: θ, the probability of being kept; of SDR 1 − θ, that of being removed. Above ½ is what belongs to the region.</para>
/// <para>Cost: 300 steps of 4 forward and backward passes and in-fills a target. Random draws, a function of the seed.</para>
/// <para>Misleads when: SDR finds an adversarial pattern (any other class is easily raised); single pixels in random order let the in-fill put hidden things back; an in-fill paints the class itself; the price λ does not fit the score.</para>
/// <para>Source: Chang, Creager, Goldenberg, Duvenaud, «Explaining Image Classifiers by Counterfactual Generation», ICLR 2019, eq. 3-6. Differs from it in: the in-fill is <c>local</c> by default (a
/// generative one needs a file); the map is θ itself instead of θ − ½.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph.</param>
/// <param name="options">Default <see cref="FidoOptions.Paper"/>.</param>
public sealed class Fido(Model model, FidoOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "fido";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "FIDO",
        "Learns how probably each pixel is kept, such that what is kept and its in-fill suffice for the class.",
        "1,200 forward + 1,200 backward passes and in-fills a target",
        "the graph; a picture",
        "Chang et al., ICLR 2019",
        FidoSettings.Table,
        static (model, options) => new Fido(model, options)) with
    {
        Obstacle = WhiteBoxObstacle.OfPixels,
    };

    private readonly FidoOptions _options = options ?? FidoOptions.Paper;

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new OptimizedPerturbation(model, Id, Recipe(_options)) { Options = FidoSettings.Table.Describe(_options) }.Explain(input, targets, progress, cancel);

    /// <summary>The method as a choice of slots.</summary>
    public static PerturbationRecipe Recipe(FidoOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        bool sufficient = options.Game == FidoGame.SmallestSufficient;
        // E‖z‖₁ is Σθ exactly: it is not drawn.
        var size = new L1Term(sufficient ? 0 : 1, MeasuredOn.Masks) { Weight = new WeightSchedule(options.Size) { WarmUp = options.WarmUp } };
        return new()
        {
            Map = site => new FreeGridMap(site.Layout, options.Cells, options.Cells),
            Parameters = MaskParameters.Logits,
            Start = MaskStart.Zeros,
            Law = RelaxedLaw.Concrete(options.Temperature, options.Draws, options.Sampling == FidoSampling.Cells),
            Solver = MaskSolver.Adam(options.Rate, Training.RateDecay.Polynomial),
            Steps = options.Steps,
            Sides = [sufficient ? MaskSide.Preservation : MaskSide.Deletion],
            Terms = options.Variation > 0 ? [size, new TotalVariationTerm(2, MeasuredOn.Masks) { Weight = options.Variation }] : [size],
            Infill = options.Infill,
            Score = options.Score,
            Readout = sufficient ? MaskReadout.Kept : MaskReadout.Removed,
            Seed = options.Seed,
        };
    }
}
