namespace Unmask.Metrics;

/// <summary>Which pixels of a map are its region.</summary>
public enum RegionRule
{
    /// <summary>As many of the highest as the map's mean says (CASME): above the k-th smallest, k = 1 + ⌊(N − 1)(1 − mean) + ½⌋.</summary>
    Quantile,

    /// <summary>Those above the map's mean (Phang et al.).</summary>
    Mean,

    /// <summary>Those above ½.</summary>
    Half,
}

/// <summary>What is done to a map's values before they are taken for a mask's.</summary>
public enum MapScaling
{
    /// <summary>Stretched so that the lowest is 0 and the highest 1: any map. A constant map becomes 0.</summary>
    MinMax,

    /// <summary>Nothing: a mask that means its own values, 0 to 1.</summary>
    None,
}

/// <summary>Around which part of a region the box is drawn.</summary>
public enum RegionPart
{
    /// <summary>The largest connected piece; neighbours share an edge. Of equally large ones the first, row by row.</summary>
    Largest,

    /// <summary>All of it.</summary>
    All,
}

/// <summary>How a map becomes a region, and the region a box.</summary>
public sealed record RegionOptions
{
    /// <summary>What is done to the values first. Default <see cref="MapScaling.MinMax"/>; for masks of trained maskers <see cref="MapScaling.None"/>, so that their own threshold counts.</summary>
    public MapScaling Scale { get; init; }

    /// <summary>Which pixels belong to it. Default <see cref="RegionRule.Quantile"/>.</summary>
    public RegionRule Rule { get; init; }

    /// <summary>What of it the box holds. Default <see cref="RegionPart.Largest"/>.</summary>
    public RegionPart Part { get; init; }
}

/// <summary>The settings of a region on the command line.</summary>
internal static class RegionSettings
{
    /// <summary>The names of scalings.</summary>
    public static readonly IReadOnlyList<(string Name, MapScaling Value)> Scalings = [("min-max", MapScaling.MinMax), ("none", MapScaling.None)];

    private static readonly IReadOnlyList<(string Name, RegionRule Value)> Rules = [("quantile", RegionRule.Quantile), ("mean", RegionRule.Mean), ("half", RegionRule.Half)];
    private static readonly IReadOnlyList<(string Name, RegionPart Value)> Parts = [("largest", RegionPart.Largest), ("all", RegionPart.All)];

    public static SettingTable<RegionOptions> Table { get; } = new SettingTable<RegionOptions>(new())
        .Add("scale", "What is done to the map first: min-max (stretched to 0 … 1), or none for masks that mean their own values.", o => SettingText.NameOf(o.Scale, Scalings), (o, text) => o with { Scale = SettingText.Choice(text, Scalings) })
        .Add("rule", "Which pixels are the region: quantile (the highest, as many as the mean says), mean (above the mean) or half (above 0.5).", o => SettingText.NameOf(o.Rule, Rules), (o, text) => o with { Rule = SettingText.Choice(text, Rules) })
        .Add("part", "What the box holds: the largest connected piece of the region, or all of it.", o => SettingText.NameOf(o.Part, Parts), (o, text) => o with { Part = SettingText.Choice(text, Parts) });
}
