namespace Unmask.Metrics;

/// <summary>A metric, as the command line and the reports know it.</summary>
/// <param name="Id">For <c>--metrics</c>.</param>
/// <param name="Name">The field's name.</param>
/// <param name="Summary">One sentence.</param>
/// <param name="Cost">In passes a map.</param>
/// <param name="Needs">What it asks for.</param>
/// <param name="Source">The paper.</param>
/// <param name="Better">Which values are the good ones.</param>
/// <param name="NeedsTruth">Whether items must say where the object is.</param>
/// <param name="Settings">What can be set.</param>
/// <param name="Create">Makes the metric from settings, applied in order.</param>
public sealed record MetricInfo(
    string Id,
    string Name,
    string Summary,
    string Cost,
    string Needs,
    string Source,
    Better Better,
    bool NeedsTruth,
    IReadOnlyList<Setting> Settings,
    Func<IReadOnlyList<KeyValuePair<string, string>>, IMetric> Create)
{
    /// <summary>Why the metric cannot be asked of a model; <c>null</c> when it can. Default: it can be asked of any.</summary>
    public Func<Model, string?> Obstacle { get; init; } = _ => null;

    /// <summary>Whether it takes a map for a mask of the object or draws a box around it, so that a box in the middle of the picture is the row to compare with. Default <c>false</c>.</summary>
    public bool IsAboutRegions { get; init; }

    /// <summary>Whether a setting of the name exists.</summary>
    public bool Has(string setting) => Settings.Any(candidate => candidate.Name == setting);
}
