namespace Unmask;

/// <summary>Which Grad-CAM map Guided Backprop is multiplied by, and how it is enlarged.</summary>
public sealed record GuidedGradCamOptions
{
    /// <summary>The layer with places whose Grad-CAM map is taken. Default <see cref="Cut.LastSpatial"/>: found by itself.</summary>
    public Cut Layer { get; init; } = Cut.LastSpatial;

    /// <summary>Whether every pixel takes the number of the cell that it lies in, as in Captum's default, instead of bilinear interpolation. Default <c>false</c>.</summary>
    public bool Nearest { get; init; }

    /// <summary>How the channels of a pixel become one number on pictures and for metrics. Default <see cref="ChannelReduction.AbsMax"/>. The array keeps all channels with their signs.</summary>
    public ChannelReduction Reduction { get; init; } = ChannelReduction.AbsMax;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>Guided Grad-CAM's settings on the command line.</summary>
internal static class GuidedGradCamSettings
{
    public static SettingTable<GuidedGradCamOptions> Table { get; } = new SettingTable<GuidedGradCamOptions>(new())
        .Add("layer", "The layer with places whose Grad-CAM map is taken: last-spatial, or the name of a layer (`unmask inspect` lists them).", o => o.Layer.Name, (o, text) => o with { Layer = Cut.Parse(text) })
        .Add("nearest", "true or false: whether every pixel takes the number of its cell instead of bilinear interpolation.", o => SettingText.Of(o.Nearest), (o, text) => o with { Nearest = SettingText.Bool(text) })
        .Add("reduction", WhiteBoxSettings.ReductionText, o => ChannelReductions.Name(o.Reduction), (o, text) => o with { Reduction = SettingText.Choice(text, ChannelReductions.All) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}
