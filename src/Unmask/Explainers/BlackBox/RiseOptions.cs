namespace Unmask;

/// <summary>How RISE draws its masks and what it makes of the scores. Start from a preset and change it with <c>with</c>.</summary>
public sealed record RiseOptions
{
    /// <summary>The paper: 4,000 masks of 7 × 7 cells, half of them kept, cells of ⌊size ÷ 7⌋ pixels, divided by N·p.</summary>
    public static RiseOptions Paper { get; } = new();

    /// <summary>The authors' repository (its saliency notebook): 6,000 masks of 8 × 8 cells, one in ten kept, cells of ⌈size ÷ 8⌉ pixels, divided by N·p.</summary>
    public static RiseOptions Code { get; } = new()
    {
        Preset = "code",
        Masks = 6000,
        Cells = 8,
        KeepProbability = 0.1,
        Upsampling = GridUpsampling.Code,
    };

    /// <summary>TorchRay: 8,000 masks of 7 × 7 cells, half of them kept, the sigmoid of each logit, divided by N.</summary>
    public static RiseOptions TorchRay { get; } = new()
    {
        Preset = "torchray",
        Masks = 8000,
        Upsampling = GridUpsampling.TorchRay,
        Score = Score.Sigmoid,
        Normalization = MaskNormalization.Count,
    };

    /// <summary>The preset that these options started from, for results. Default <c>paper</c>.</summary>
    public string Preset { get; init; } = "paper";

    /// <summary>N, the number of masks (forward passes), at least 1. Default 4000. Ignored when <see cref="GridsFile"/> is given.</summary>
    public int Masks
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    }

    = 4000;

    /// <summary>s, cells a side, 1 to 64. Default 7. Fewer cells find larger things with fewer masks.</summary>
    public int Cells
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 64);
            field = value;
        }
    }

    = 7;

    /// <summary>p, the probability that a cell is kept, in (0, 1]. Default 0.5.</summary>
    public double KeepProbability
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1);
            field = value;
        }
    }

    = 0.5;

    /// <summary>How the grid becomes a mask. Default <see cref="GridUpsampling.Paper"/>.</summary>
    public GridUpsampling Upsampling { get; init; } = GridUpsampling.Paper;

    /// <summary>What the weighted sum of masks is divided by. Default <see cref="MaskNormalization.ExpectedCoverage"/>.</summary>
    public MaskNormalization Normalization { get; init; } = MaskNormalization.ExpectedCoverage;

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
