namespace Unmask;

/// <summary>Which layer.</summary>
public sealed record LayerActivationOptions
{
    /// <summary>The layer; default <see cref="Cut.LastSpatial"/>.</summary>
    public Cut Layer { get; init; } = Cut.LastSpatial;

    /// <summary>How the channels of a pixel become one number on pictures and for metrics. Default <see cref="ChannelReduction.Sum"/>.</summary>
    public ChannelReduction Reduction { get; init; } = ChannelReduction.Sum;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>The settings of activation on the command line.</summary>
internal static class LayerActivationSettings
{
    public static SettingTable<LayerActivationOptions> Table { get; } = new SettingTable<LayerActivationOptions>(new())
        .Add("layer", WhiteBoxSettings.LayerText, o => o.Layer.Name, (o, text) => o with { Layer = Cut.Parse(text) })
        .Add("reduction", WhiteBoxSettings.ReductionText, o => ChannelReductions.Name(o.Reduction), (o, text) => o with { Reduction = SettingText.Choice(text, ChannelReductions.All) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}
