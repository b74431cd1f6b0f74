namespace Unmask;

/// <summary>How the grids of RISE's masks are drawn.</summary>
public enum MaskDesign
{
    /// <summary>Every cell on its own, kept with probability p: the paper's law.</summary>
    Independent,

    /// <summary>Balanced: the rows of randomised Hadamard matrices and their complements. Only for p = ½.</summary>
    Hadamard,
}

/// <summary>How RISE makes a map of masks and scores.</summary>
public enum RiseEstimator
{
    /// <summary>The score-weighted mean of the masks: the paper's.</summary>
    Mean,

    /// <summary>A smooth ridge regression of the scores on the masks, probabilities by way of their logits: needs far fewer masks and knows its own error.</summary>
    Regression,
}

/// <summary>How RISE draws its masks and what it makes of the scores. Start from a preset and change it with <c>with</c>.</summary>
public sealed record RiseOptions
{
    /// <summary>
    /// The default: at most 512 masks of a balanced design, fewer where the map is certain enough sooner, and a regression instead of the mean. The
    /// same expected map as <see cref="Paper"/>'s, its level left out, with an error bar.
    /// </summary>
    public static RiseOptions Fast { get; } = new();

    /// <summary>The paper: 4,000 masks of 7 × 7 cells, half of them kept, cells of ⌊size ÷ 7⌋ pixels, divided by N·p.</summary>
    public static RiseOptions Paper { get; } = new()
    {
        Preset = "paper",
        Masks = 4000,
        Design = MaskDesign.Independent,
        Estimator = RiseEstimator.Mean,
        Normalization = MaskNormalization.ExpectedCoverage,
    };

    /// <summary>The authors' repository (its saliency notebook): 6,000 masks of 8 × 8 cells, one in ten kept, cells of ⌈size ÷ 8⌉ pixels, divided by N·p.</summary>
    public static RiseOptions Code { get; } = Paper with
    {
        Preset = "code",
        Masks = 6000,
        Cells = 8,
        KeepProbability = 0.1,
        Upsampling = GridUpsampling.Code,
    };

    /// <summary>TorchRay: 8,000 masks of 7 × 7 cells, half of them kept, the sigmoid of each logit, divided by N.</summary>
    public static RiseOptions TorchRay { get; } = Paper with
    {
        Preset = "torchray",
        Masks = 8000,
        Upsampling = GridUpsampling.TorchRay,
        Score = Score.Sigmoid,
        Normalization = MaskNormalization.Count,
    };

    /// <summary>How many masks a <see cref="WarmStart"/> spends on the coarse grid.</summary>
    public const int WarmMasks = 32;

    /// <summary>The preset that these options started from, for results. Default <c>fast</c>.</summary>
    public string Preset { get; init; } = "fast";

    /// <summary>N, the most masks (forward passes) that are spent, at least 1. Default 512. Ignored when <see cref="GridsFile"/> is given.</summary>
    public int Masks { get; init => field = Require.Positive(value); } = 512;

    /// <summary>s, cells a side, 1 to 64. Default 7. Fewer cells find larger things with fewer masks.</summary>
    public int Cells { get; init => field = Require.PositiveUpTo(value, 64); } = 7;

    /// <summary>p, the probability that a cell is kept, in (0, 1]. Default 0.5.</summary>
    public double KeepProbability { get; init => field = Require.PositiveUpTo(value, 1); } = 0.5;

    /// <summary>How grids are drawn. Default <see cref="MaskDesign.Hadamard"/>. Ignored when <see cref="GridsFile"/> is given.</summary>
    public MaskDesign Design { get; init; } = MaskDesign.Hadamard;

    /// <summary>
    /// Whether the first <see cref="WarmMasks"/> masks are drawn on a coarse grid, which shows sooner roughly where the evidence lies. Default
    /// <c>false</c>. Needs <see cref="RiseEstimator.Regression"/> and at least <see cref="CoarseStart.CoarseCells"/> cells. Ignored when <see cref="GridsFile"/> is given.
    /// </summary>
    public bool WarmStart { get; init; }

    /// <summary>How the map is made. Default <see cref="RiseEstimator.Regression"/>.</summary>
    public RiseEstimator Estimator { get; init; } = RiseEstimator.Regression;

    /// <summary>
    /// The <see cref="MapUncertainty.RelativeError"/> at which no more masks are drawn, 0 or more. Default 0.25: an expected correlation of 0.97 with
    /// the exact map. 0: all <see cref="Masks"/> are spent. Only for <see cref="RiseEstimator.Regression"/>.
    /// </summary>
    public double Tolerance { get; init => field = Require.NotNegative(value); } = 0.25;

    /// <summary>How the grid becomes a mask. Default <see cref="GridUpsampling.Paper"/>.</summary>
    public GridUpsampling Upsampling { get; init; } = GridUpsampling.Paper;

    /// <summary>What the weighted sum of masks is divided by. Default <see cref="MaskNormalization.MeanSubtracted"/>.</summary>
    public MaskNormalization Normalization { get; init; } = MaskNormalization.MeanSubtracted;

    /// <summary>What replaces hidden pixels. Default <see cref="Infill.Zero"/>: 0 in the model's input space, the paper's choice.</summary>
    public Infill Infill { get; init; } = Infill.Zero;

    /// <summary>The space of the score. Default <see cref="Score.Probability"/>.</summary>
    public Score Score { get; init; } = Score.Probability;

    /// <summary>
    /// The numbers that masked inputs are scored in. Default <see cref="Precision.Float32"/>. <see cref="Precision.Int8"/> is about twice as fast; it is checked on every input,
    /// and float32 used where it does not agree. Not for functions.
    /// </summary>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>The seed of the masks. Default 0. Ignored when <see cref="GridsFile"/> is given.</summary>
    public ulong Seed { get; init; }

    /// <summary>A <c>.npy</c> file [N, s, s] of grids drawn elsewhere; <c>null</c> (default): drawn here. Needs <see cref="ShiftsFile"/>.</summary>
    public string? GridsFile { get; init; }

    /// <summary>A <c>.npy</c> file [N, 2] of shifts (down, across) drawn elsewhere; <c>null</c> (default): drawn here. Needs <see cref="GridsFile"/>.</summary>
    public string? ShiftsFile { get; init; }
}
