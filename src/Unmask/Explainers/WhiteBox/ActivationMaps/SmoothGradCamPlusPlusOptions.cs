namespace Unmask;

/// <summary>Which feature maps, and how much noise.</summary>
public sealed record SmoothGradCamPlusPlusOptions
{
    /// <summary>The layer with places. Default <see cref="Cut.LastSpatial"/>: found by itself. Of several (<see cref="Cut.Several"/>) the maps are joined as of <see cref="GradCamOptions.Layer"/>.</summary>
    public Cut Layer { get; init; } = Cut.LastSpatial;

    /// <summary>Standard deviation of the noise ÷ (largest − smallest element of the input), at least 0. Default 0.3.</summary>
    public double Level { get; init => field = Require.NotNegative(value); } = 0.3;

    /// <summary>Noisy copies, at least 1. Default 5.</summary>
    public int Samples { get; init => field = Require.Positive(value); } = 5;

    /// <summary>Seed of the noise. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether the α of a channel are divided by their sum over places of positive gradient. Default <c>false</c>.</summary>
    public bool NormalizeAlpha { get; init; }

    /// <summary>Whether pictures and metrics show only what speaks for the target. Default <c>true</c>. The array keeps the negative part.</summary>
    public bool Relu { get; init; } = true;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>Smooth Grad-CAM++'s settings on the command line.</summary>
internal static class SmoothGradCamPlusPlusSettings
{
    public static SettingTable<SmoothGradCamPlusPlusOptions> Table { get; } = new SettingTable<SmoothGradCamPlusPlusOptions>(new())
        .Add("layer", GradCamSettings.LayerText, o => o.Layer.Name, (o, text) => o with { Layer = Cut.Parse(text) })
        .Add("level", "Standard deviation of the noise, as a part of the input's range; 0 or more.", o => SettingText.Of(o.Level), (o, text) => o with { Level = SettingText.Double(text) })
        .Add("samples", "Noisy copies; at least 1.", o => SettingText.Of(o.Samples), (o, text) => o with { Samples = SettingText.Int(text) })
        .Add("seed", "Seed of the noise; 0 or more.", o => SettingText.Of(o.Seed), (o, text) => o with { Seed = SettingText.ULong(text) })
        .Add("normalize-alpha", GradCamPlusPlusSettings.NormalizeText, o => SettingText.Of(o.NormalizeAlpha), (o, text) => o with { NormalizeAlpha = SettingText.Bool(text) })
        .Add("relu", GradCamSettings.ReluText, o => SettingText.Of(o.Relu), (o, text) => o with { Relu = SettingText.Bool(text) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}
