using System.Collections.Immutable;

namespace Unmask;

/// <summary>The attributions that are gathered, and how regions are ranked.</summary>
public sealed record XraiOptions
{
    /// <summary>Where paths start, in the model's input space; attributions are averaged over several. Default the input's own smallest and largest element, everywhere.</summary>
    public ImmutableArray<Infill> Baselines { get; init => field = Require.Some(value); } = [Infill.Min, Infill.Max];

    /// <summary>Nodes of the path from each baseline, at least 1. Default 100.</summary>
    public int Steps { get; init => field = Require.Positive(value); } = 100;

    /// <summary>How regions are ranked. Default <see cref="RegionOrder.Greedy"/>.</summary>
    public RegionOrder Order { get; init; } = RegionOrder.Greedy;

    /// <summary>Regions that would add fewer pixels are left out; at least 1. Default 50.</summary>
    public int FewestNew { get; init => field = Require.Positive(value); } = 50;

    /// <summary>The part of the picture at which the ranking stops; above 0 to 1. Default 1: all.</summary>
    public double Area { get; init => field = Require.PositiveUpTo(value, 1); } = 1;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>The settings of xrai on the command line.</summary>
internal static class XraiSettings
{
    public static SettingTable<XraiOptions> Table { get; } = new SettingTable<XraiOptions>(new())
        .Add("baselines", WhiteBoxSettings.BaselinesText, o => WhiteBoxSettings.Of(o.Baselines), (o, text) => o with { Baselines = WhiteBoxSettings.Infills(text) })
        .Add("steps", "Nodes of the path from each baseline; at least 1.", o => SettingText.Of(o.Steps), (o, text) => o with { Steps = SettingText.Int(text) })
        .Add("order", "greedy, or fast: by the means of whole regions.", o => SettingText.NameOf(o.Order, RegionOrders.All), (o, text) => o with { Order = SettingText.Choice(text, RegionOrders.All) })
        .Add("fewest-new", "Regions that would add fewer pixels are left out; at least 1.", o => SettingText.Of(o.FewestNew), (o, text) => o with { FewestNew = SettingText.Int(text) })
        .Add("area", "The part of the picture at which the ranking stops; above 0 to 1.", o => SettingText.Of(o.Area), (o, text) => o with { Area = SettingText.Double(text) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}
