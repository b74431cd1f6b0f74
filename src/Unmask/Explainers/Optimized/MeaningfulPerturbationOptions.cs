namespace Unmask;

/// <summary>The two games of meaningful perturbation.</summary>
public enum PerturbationGame
{
    /// <summary>The smallest part whose removal takes the score away.</summary>
    Deletion,

    /// <summary>The smallest part that alone keeps the score.</summary>
    Preservation,
}

/// <summary>How meaningful perturbation finds its mask. Start from a preset and change it with <c>with</c>.</summary>
public sealed record MeaningfulPerturbationOptions
{
    /// <summary>The paper, with the constants of its authors' repository: sums of penalties are written as means here (1e-4 and 1e-2 a cell of 28 × 28).</summary>
    public static MeaningfulPerturbationOptions Paper { get; } = new();

    /// <summary>The authors' preset for localisation: a tenfold size penalty, squared total variation.</summary>
    public static MeaningfulPerturbationOptions Localization { get; } = new() { Preset = "localization", Size = 1e-3 * 784, VariationPower = 2 };

    /// <summary>The widespread PyTorch port: starts from ones, 500 steps, bilinear cells without blur, noise on the picture, its own weights.</summary>
    public static MeaningfulPerturbationOptions Code { get; } = new()
    {
        Preset = "code",
        Steps = 500,
        Start = MaskStart.Ones,
        Stretch = CellStretch.Bilinear,
        MaskBlur = 0,
        Size = 0.01,
        Variation = 0.2,
        Jitter = Jitter.None,
        Noise = 0.2,
    };

    /// <summary>The preset that it started from. Default <c>paper</c>.</summary>
    public string Preset { get; init; } = "paper";

    /// <summary>Which game. Default <see cref="PerturbationGame.Deletion"/>.</summary>
    public PerturbationGame Game { get; init; } = PerturbationGame.Deletion;

    /// <summary>Steps, at least 1. Default 300.</summary>
    public int Steps { get; init => field = Require.Positive(value); } = 300;

    /// <summary>Adam's rate, above 0. Default 0.1.</summary>
    public double Rate { get; init => field = Require.Positive(value); } = 0.1;

    /// <summary>Cells a side of the mask, 1 to 512. Default 28.</summary>
    public int Cells { get; init => field = Require.PositiveUpTo(value, 512); } = 28;

    /// <summary>
    /// Superpixels that take the place of the cells; one number each, without blur or total variation, which the superpixels' own borders replace, and from ones instead of from a disc. Default <c>null</c>: cells.
    /// </summary>
    public Segmenter? Segmenter { get; init; }

    /// <summary>How cells become pixels. Default <see cref="CellStretch.Nearest"/>, then <see cref="MaskBlur"/>.</summary>
    public CellStretch Stretch { get; init; } = CellStretch.Nearest;

    /// <summary>Standard deviation in pixels of the Gaussian that blurs the full-size mask; 0 or more. Default 5.</summary>
    public double MaskBlur { get; init => field = Require.NotNegative(value); } = 5;

    /// <summary>λ₁, the weight of the mean part that is removed (of preservation: kept), 0 or more. Default 0.0784: 1e-4 for each of 784 cells.</summary>
    public double Size { get; init => field = Require.NotNegative(value); } = 1e-4 * 784;

    /// <summary>λ₂, the weight of the mask's mean total variation, 0 or more. Default 7.56: 1e-2 for each of 756 pairs of neighbours along an axis.</summary>
    public double Variation { get; init => field = Require.NotNegative(value); } = 1e-2 * 756;

    /// <summary>β, the power of differences in the total variation, at least 1. Default 3.</summary>
    public double VariationPower { get; init => field = Require.AtLeast(value, 1); } = 3;

    /// <summary>What replaces the removed part. Default the picture blurred by σ = 10.</summary>
    public Infill Infill { get; init; } = Infill.Blur(10);

    /// <summary>
    /// Whether the picture is shown under the mask made hard, while the soft mask is what descends. Default <c>false</c>. With an in-fill that is painted for each mask this is MP-G.
    /// </summary>
    public bool Binary { get; init; }

    /// <summary>Where the mask starts. Default <see cref="MaskStart.Circle"/>.</summary>
    public MaskStart Start { get; init; } = MaskStart.Circle;

    /// <summary>How the picture moves under the mask. Default 4 shifts along each axis.</summary>
    public Jitter Jitter { get; init; } = Jitter.Shift(4);

    /// <summary>Standard deviation of noise on the perturbed picture, in units of the model's input; 0 or more. Default 0.</summary>
    public double Noise { get; init => field = Require.NotNegative(value); }

    /// <summary>The part of the objective by which it must fall within 50 steps to go on; 0: all steps are taken. Default 0.</summary>
    public double Tolerance { get; init => field = Require.NotNegative(value); }

    /// <summary>The space of the score. Default <see cref="Score.Probability"/>: the penalties' weights are meant for it.</summary>
    public Score Score { get; init; } = Score.Probability;

    /// <summary>Seed of shifts, noise and random starts. Default 0.</summary>
    public ulong Seed { get; init; }
}

/// <summary>The settings of meaningful-perturbation on the command line.</summary>
internal static class MeaningfulPerturbationSettings
{
    private static readonly (string Name, MeaningfulPerturbationOptions Value)[] Presets =
        [("paper", MeaningfulPerturbationOptions.Paper), ("localization", MeaningfulPerturbationOptions.Localization), ("code", MeaningfulPerturbationOptions.Code)];

    private static readonly (string Name, PerturbationGame Value)[] Games = [("deletion", PerturbationGame.Deletion), ("preservation", PerturbationGame.Preservation)];

    private const string Cells = "none";

    private static readonly (string Name, CellStretch Value)[] Stretches = [("nearest", CellStretch.Nearest), ("bilinear", CellStretch.Bilinear)];

    public static SettingTable<MeaningfulPerturbationOptions> Table { get; } = new SettingTable<MeaningfulPerturbationOptions>(MeaningfulPerturbationOptions.Paper)
        .Add("preset", "Replaces all other settings: paper, localization, or code (the PyTorch port). Put it first.", o => o.Preset, (o, text) => SettingText.Choice(text, Presets) with { Seed = o.Seed })
        .Add("game", "deletion: the smallest part whose removal takes the score away; preservation: that alone keeps it.", o => SettingText.NameOf(o.Game, Games), (o, text) => o with { Game = SettingText.Choice(text, Games) })
        .Add("steps", "Steps, one forward and one backward pass each; at least 1.", o => SettingText.Of(o.Steps), (o, text) => o with { Steps = SettingText.Int(text) })
        .Add("rate", "Adam's rate; above 0.", o => SettingText.Of(o.Rate), (o, text) => o with { Rate = SettingText.Double(text) })
        .Add("cells", "Cells a side of the mask; 1 to 512.", o => SettingText.Of(o.Cells), (o, text) => o with { Cells = SettingText.Int(text) })
        .Add("segmenter", "Superpixels in place of cells, without blur or variation: quickshift, slic, felzenszwalb, grid or a .npy file of labels, with settings after a colon (slic:segments=50); none: cells.", o => o.Segmenter?.Name ?? Cells, (o, text) => o with { Segmenter = text == Cells ? null : Segmenter.Parse(text) })
        .Add("stretch", "How cells become pixels: nearest or bilinear.", o => SettingText.NameOf(o.Stretch, Stretches), (o, text) => o with { Stretch = SettingText.Choice(text, Stretches) })
        .Add("mask-blur", "Standard deviation in pixels of the blur of the full-size mask; 0: none.", o => SettingText.Of(o.MaskBlur), (o, text) => o with { MaskBlur = SettingText.Double(text) })
        .Add("size", "Weight of the mean part that is removed (of preservation: kept); 0 or more.", o => SettingText.Of(o.Size), (o, text) => o with { Size = SettingText.Double(text) })
        .Add("variation", "Weight of the mean total variation; 0 or more.", o => SettingText.Of(o.Variation), (o, text) => o with { Variation = SettingText.Double(text) })
        .Add("variation-power", "Power of the differences of neighbours; at least 1.", o => SettingText.Of(o.VariationPower), (o, text) => o with { VariationPower = SettingText.Double(text) })
        .Add("infill", OptimizedSettings.InfillText, o => o.Infill.Name, (o, text) => o with { Infill = Infill.Parse(text) })
        .Add("binary", "true: the picture is shown under the mask made hard; with an in-fill that is painted for each mask this is MP-G.", o => SettingText.Of(o.Binary), (o, text) => o with { Binary = SettingText.Bool(text) })
        .Add("start", "Where the mask starts: circle, ones, zeros, random, a number or a .npy file.", o => o.Start.Name, (o, text) => o with { Start = MaskStart.Parse(text) })
        .Add("jitter", OptimizedSettings.JitterText, o => o.Jitter.Name, (o, text) => o with { Jitter = Jitter.Parse(text) })
        .Add("noise", "Standard deviation of noise on the perturbed picture, in units of the model's input; 0 or more.", o => SettingText.Of(o.Noise), (o, text) => o with { Noise = SettingText.Double(text) })
        .Add("tolerance", OptimizedSettings.PlateauText, o => SettingText.Of(o.Tolerance), (o, text) => o with { Tolerance = SettingText.Double(text) })
        .Add("score", OptimizedSettings.ScoreText, o => o.Score.Name(), (o, text) => o with { Score = SettingText.Choice(text, Scores.All) })
        .Add("seed", OptimizedSettings.SeedText, o => SettingText.Of(o.Seed), (o, text) => o with { Seed = SettingText.ULong(text) });
}
