namespace Unmask.Metrics;

/// <summary>How a perturbation curve is drawn. Numbers of different settings must never be compared.</summary>
public sealed record CurveOptions
{
    /// <summary>
    /// RISE's evaluation: 29 points in steps of 224 · 8 pixels (at 224 × 224; elsewhere ⌈pixels ÷ 28⌉), deletion to zeros, insertion from the
    /// 11 × 11 blur, probabilities, equal distances on the axis.
    /// </summary>
    public static CurveOptions Rise { get; } = new();

    /// <summary>As <see cref="Rise"/> in 225 points, for figures.</summary>
    public static CurveOptions Fine { get; } = new() { Preset = "fine", Schedule = Schedule.Pieces(224) };

    /// <summary>Xplique's defaults: 11 points, zeros in both directions.</summary>
    public static CurveOptions Xplique { get; } = new() { Preset = "xplique", Schedule = Schedule.Steps(10), Infill = Infill.Zero };

    /// <summary>The preset that these options started from, for results. Default <c>rise</c>.</summary>
    public string Preset { get; init; } = "rise";

    /// <summary>Which part goes first. Default <see cref="CurveOrder.MostRelevantFirst"/>.</summary>
    public CurveOrder Order { get; init; }

    /// <summary>What goes as one. Default <see cref="Granularity.Pixels"/>.</summary>
    public Granularity Granularity { get; init; } = Granularity.Pixels;

    /// <summary>At which points the model is asked. Default <c>pieces:28</c>: 29 points.</summary>
    public Schedule Schedule { get; init; } = Schedule.Pieces(28);

    /// <summary>What the axis counts. Default <see cref="CurveAxis.Steps"/>, as RISE's code does; the two differ only where the last step is shorter or parts differ in size.</summary>
    public CurveAxis Axis { get; init; }

    /// <summary>What stands where the input does not. Default <c>null</c>: <see cref="Infill.Zero"/> when deleting, <see cref="Infill.RiseBlur"/> when inserting into a picture, zero otherwise.</summary>
    public Infill? Infill { get; init; }

    /// <summary>The space of the score. Default <see cref="Score.Probability"/>.</summary>
    public Score Score { get; init; } = Score.Probability;

    /// <summary>Which of several equal values goes first. Default <see cref="TieBreak.Random"/>; RISE's code does <see cref="TieBreak.ReversedRowMajor"/>.</summary>
    public TieBreak Ties { get; init; }

    /// <summary>Seed of the random order and of ties. Default 0. The same seed orders ties of all maps of an input alike, and those of other inputs otherwise.</summary>
    public ulong Seed { get; init; }
}
