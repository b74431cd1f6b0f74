namespace Unmask.Imaging;

/// <summary>How a <see cref="Heatmap"/> is laid over a picture.</summary>
public sealed record OverlayOptions
{
    /// <summary>The colours. Default null: blue-red for signed maps, inferno for others.</summary>
    public ColorMap? Colors { get; init; }

    /// <summary>The share of colour where the map is at the end of its scale; it falls to 0 with the map. Default 0.8 · 0 to 1.</summary>
    public double Opacity
    {
        get;
        init => field = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Opacity must lie between 0 and 1.");
    } = 0.8;

    /// <summary>
    /// How much of the picture's own colour is taken away beneath the map, so that it is not mistaken for the map's. Default 0.7 · 0 (as it
    /// is) to 1 (black and white).
    /// </summary>
    public double Fading
    {
        get;
        init => field = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Fading must lie between 0 and 1.");
    } = 0.7;

    /// <summary>Numbers of the map, in its units, along which lines are drawn. Default none.</summary>
    public IReadOnlyList<double> Contours { get; init; } = [];

    /// <summary>Whether a thin frame is drawn around what the model saw, where that is not the whole picture. Default true.</summary>
    public bool Frame { get; init; } = true;
}
