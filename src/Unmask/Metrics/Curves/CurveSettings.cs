namespace Unmask.Metrics;

/// <summary>The settings of deletion and insertion on the command line.</summary>
internal static class CurveSettings
{
    private static readonly (string Name, CurveOptions Value)[] Presets = [("rise", CurveOptions.Rise), ("fine", CurveOptions.Fine), ("xplique", CurveOptions.Xplique)];

    private static readonly (string Name, CurveOrder Value)[] Orders =
        [("most-relevant-first", CurveOrder.MostRelevantFirst), ("least-relevant-first", CurveOrder.LeastRelevantFirst), ("random", CurveOrder.Random)];

    private static readonly (string Name, CurveAxis Value)[] Axes = [("steps", CurveAxis.Steps), ("fraction", CurveAxis.Fraction)];

    private static readonly (string Name, TieBreak Value)[] TieBreaks =
        [("random", TieBreak.Random), ("row-major", TieBreak.RowMajor), ("reversed-row-major", TieBreak.ReversedRowMajor)];

    public static SettingTable<CurveOptions> Table { get; } = new SettingTable<CurveOptions>(CurveOptions.Rise)
        .Add("preset", "Replaces all other settings: rise (29 points), fine (225 points) or xplique (11 points, zeros). Put it first.", o => o.Preset, (o, text) => SettingText.Choice(text, Presets) with { Seed = o.Seed })
        .Add("order", "most-relevant-first, least-relevant-first or random.", o => SettingText.NameOf(o.Order, Orders), (o, text) => o with { Order = SettingText.Choice(text, Orders) })
        .Add("granularity", "What goes as one: pixels, cells:SIDE or a .npy file of segments.", o => o.Granularity.Name, (o, text) => o with { Granularity = Granularity.Parse(text) })
        .Add("schedule", "Points of the curve: pieces:28, per-step:1792, steps:10, steps:10@0.5 or fractions:0,0.1,0.5.", o => o.Schedule.Name, (o, text) => o with { Schedule = Schedule.Parse(text) })
        .Add("axis", "What the axis counts: steps or fraction.", o => SettingText.NameOf(o.Axis, Axes), (o, text) => o with { Axis = SettingText.Choice(text, Axes) })
        .Add("infill", $"What stands where the input does not: {Infill.Known}. Not set: zero for deletion, rise-blur for insertion.", o => o.Infill?.Name ?? "", (o, text) => o with { Infill = Infill.Parse(text) })
        .Add("score", "probability, logit, log-probability, sigmoid or output.", o => o.Score.Name(), (o, text) => o with { Score = SettingText.Choice(text, Scores.All) })
        .Add("ties", "Which of equal values goes first: random, row-major or reversed-row-major.", o => SettingText.NameOf(o.Ties, TieBreaks), (o, text) => o with { Ties = SettingText.Choice(text, TieBreaks) })
        .Add("seed", "Seed of the random order and of ties; 0 or more.", o => SettingText.Of(o.Seed), (o, text) => o with { Seed = SettingText.ULong(text) });
}
