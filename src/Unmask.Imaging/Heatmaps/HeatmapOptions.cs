namespace Unmask.Imaging;

/// <summary>What the numbers of a <see cref="Heatmap"/> mean and which of them get the ends of the colour scale.</summary>
public sealed record HeatmapOptions
{
    /// <summary>What the numbers are, with their unit, shown at the colour bar: «drop of probability». Default empty.</summary>
    public string Units { get; init; } = "";

    /// <summary>
    /// Whether numbers below 0 speak against and those above 0 for the target. Default false. Signed maps get a diverging colour map and a
    /// scale that is symmetric about 0.
    /// </summary>
    public bool Signed { get; init; }

    /// <summary>The number at the lower end of the scale, in the map's units. Default null: the smallest one (signed: minus the upper end). Ignored when <see cref="Signed"/>.</summary>
    public double? Low { get; init; }

    /// <summary>The number at the upper end of the scale, in the map's units. Default null: the largest one (signed: the largest magnitude).</summary>
    public double? High { get; init; }

    /// <summary>
    /// Which percentile of the numbers (signed: of the magnitudes) gets the upper end where <see cref="High"/> is null. Default 100, the largest · percent · above 50 up to
    /// 100. Gradient maps have few very large numbers; 99 or 99.5 shows the rest of them too. Numbers beyond the scale get the colour of its
    /// end, and the colour bar ends in an arrow there.
    /// </summary>
    public double Percentile
    {
        get;
        init => field = value is > 50 and <= 100 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Percentile must be above 50 and at most 100.");
    } = 100;

    /// <summary>Where the map lies on the picture it is drawn on, in pixels of that picture: what the model saw of it. Default null: all of it.</summary>
    public Region? Placement { get; init; }
}
