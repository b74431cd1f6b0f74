using System.Collections.Immutable;
using Unmask.Training;

namespace Unmask.Maskers;

/// <content>The recipes of the literature.</content>
public sealed partial record MaskerRecipe
{
    // Random crops of at least 8 % of the picture, and mirroring: as the authors trained.
    private static readonly Augmentation Crops = new() { Shift = 0, SmallestArea = 0.08 };

    // T = λ·[Σ(Δm)² + 0.3·Σ over the border m²] ÷ 2, given for each side.
    private static SquaredVariationTerm Smoothness(double weight) => new(0.3) { Weight = weight / 2 };

    /// <summary>
    /// Phang, Park, Geras, «Investigating and simplifying masking-based saliency methods for model interpretability», 2020, FIX: the classifier stays as it is; both sides, the two coarsest stages.
    /// </summary>
    public static MaskerRecipe PhangFix { get; } = new()
    {
        Name = "phang-fix",
        Sides = [MaskerSide.Preserves with { Size = 1 }, MaskerSide.Confuses with { Size = 10 }],
        Terms = [Smoothness(2 * 0.001)],
        Augmentation = Crops,
    };

    /// <summary>The same with one side: what is marked is hidden, the classifier shall be undecided; all stages. Zolna, Geras, Cho, «Classifier-agnostic saliency map extraction», CVIU 2020, F.</summary>
    public static MaskerRecipe CasmeF { get; } = Casme("casme-f", ClassifierPool.Fixed, 2.5);

    /// <summary>CASME, L: the classifier learns beside the masker, also from what the masker leaves.</summary>
    public static MaskerRecipe CasmeL { get; } = Casme("casme-l", ClassifierPool.Last, 14);

    /// <summary>CASME, FL: half of the time the given classifier answers, else the one that learns.</summary>
    public static MaskerRecipe CasmeFL { get; } = Casme("casme-fl", ClassifierPool.FirstAndLast, 7.5);

    /// <summary>CASME, L100: half of the time one of thirty classifiers answers that were kept every hundred steps.</summary>
    public static MaskerRecipe CasmeL100 { get; } = Casme("casme-l100", ClassifierPool.History, 10);

    /// <summary>CASME, L1000: kept every thousand steps.</summary>
    public static MaskerRecipe CasmeL1000 { get; } = Casme("casme-l1000", ClassifierPool.History, 10) with { SnapshotSteps = 1000 };

    /// <summary>Phang et al., CA: as <see cref="PhangFix"/>, with a classifier that learns beside the masker and a pool of those that were kept every hundred steps.</summary>
    public static MaskerRecipe PhangCa { get; } = PhangFix with
    {
        Name = "phang-ca",
        Sides = [MaskerSide.Preserves with { Size = 1 }, MaskerSide.Confuses with { Size = 15 }],
        Pool = ClassifierPool.History,
    };

    /// <summary>
    /// Dabkowski, Gal, «Real time image saliency for black box classifiers», NIPS 2017, as its code was released: hinges of the margin, a concave price of the area, random in-fills, and classes that are
    /// not on the picture.
    /// </summary>
    public static MaskerRecipe RealTimeSaliency { get; } = new()
    {
        Name = "real-time-saliency",
        Network = MaskerNetwork.UNet(),
        Sides = [new(MaskerScore.Margin(5), Rises: false, Complement: true), new MaskerSide(MaskerScore.Margin(1), Rises: true, Complement: false) { Weight = 0.3 }],
        Terms = [new AreaPowerTerm(0.3, 5e-4) { Weight = 8 }, Smoothness(0.005)],
        Upsampling = Upsampling.Bilinear,
        Infill = Infill.Mixed,
        PictureNoise = 0.015,
        FakeShare = 0.3,
        Augmentation = new() { Shift = 0, SmallestArea = 0.3 },
        Training = TrainingOf(20, batch: 64) with { ClipNorm = null },
    };

    /// <summary>The same with the objective of the paper's eq. 2: 10·TV(m) + 10⁻³·mean(m) − log f_c(Φ(x, m)) + 5·f_c(Φ(x, 1 − m))^0.3, of the mask as the masker makes it.</summary>
    public static MaskerRecipe RealTimeSaliencyPaper { get; } = RealTimeSaliency with
    {
        Name = "real-time-saliency-paper",
        Sides = [MaskerSide.Preserves, new MaskerSide(MaskerScore.Probability(0.3), Rises: false, Complement: true) { Weight = 5 }],
        Terms = [new SquaredVariationTerm(On: MeasuredOn.Parameters) { Weight = 10 }, new L1Term(0) { Weight = 1e-3 }],
    };

    /// <summary>Every recipe that has a name.</summary>
    public static ImmutableArray<MaskerRecipe> All => [RealTimeSaliency, RealTimeSaliencyPaper, CasmeF, CasmeL, CasmeFL, CasmeL100, CasmeL1000, PhangFix, PhangCa];

    /// <summary>The recipe of a name.</summary>
    /// <exception cref="UnmaskException">There is none; the message names the closest.</exception>
    public static MaskerRecipe Named(string name) => All.FirstOrDefault(recipe => recipe.Name == name)
        ?? throw new UnmaskException($"There is no masker recipe \"{name}\". "
            + (Graphs.Suggestions.Nearest(name, All.Select(recipe => recipe.Name)) is [var closest, ..] ? $"Did you mean \"{closest}\"? " : "")
            + $"There are: {string.Join(", ", All.Select(recipe => recipe.Name))}.");

    private static MaskerRecipe Casme(string name, ClassifierPool pool, double size) => new()
    {
        Name = name,
        Network = MaskerNetwork.Decoder(taps: 0),
        Sides = [MaskerSide.Confuses with { Size = size }],
        Pool = pool,
        Augmentation = Crops,
    };
}
