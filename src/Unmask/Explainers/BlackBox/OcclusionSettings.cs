namespace Unmask;

/// <summary>Occlusion's settings on the command line.</summary>
internal static class OcclusionSettings
{
    public static SettingTable<OcclusionOptions> Table { get; } = new SettingTable<OcclusionOptions>(new())
        .Add("window", "Window size in input elements: one number for a square, HEIGHT,WIDTH, or one for each axis, for instance 3,8,8. Default: a fifth of the shorter side.", o => SettingText.Of(o.Window), (o, text) => o with { Window = SettingText.Ints(text) })
        .Add("stride", "How far the window moves, in the same forms. Default: a third of the window.", o => SettingText.Of(o.Stride), (o, text) => o with { Stride = SettingText.Ints(text) })
        .Add("infill", $"What the window shows: {Infill.Known}.", o => o.Infill.Name, (o, text) => o with { Infill = Infill.Parse(text) })
        .Add("draws", "How many times each window is filled and scored, for in-fills that are drawn at random; at least 1.", o => SettingText.Of(o.Draws), (o, text) => o with { Draws = SettingText.Int(text) })
        .Add("seed", "Seed of an in-fill that is drawn at random; 0 or more.", o => SettingText.Of(o.Seed), (o, text) => o with { Seed = SettingText.ULong(text) })
        .Add("score", "probability, logit, log-probability, sigmoid or output.", o => o.Score.Name(), (o, text) => o with { Score = SettingText.Choice(text, Scores.All) })
        .Add("precision", "float32, or int8: faster, checked against float32 on every input, float32 where they disagree.", o => o.Precision.Name(), (o, text) => o with { Precision = SettingText.Choice(text, Precisions.All) });
}
