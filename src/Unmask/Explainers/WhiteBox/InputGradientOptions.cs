namespace Unmask;

/// <summary>What the gradient is taken of and with respect to.</summary>
public sealed record InputGradientOptions
{
    /// <summary>The layer whose activations are attributed to; default <see cref="Cut.Input"/>.</summary>
    public Cut Layer { get; init; } = Cut.Input;

    /// <summary>How the channels of a pixel become one number on pictures and for metrics. Default <see cref="ChannelReduction.AbsMax"/>, the paper's. The array keeps all channels with their signs.</summary>
    public ChannelReduction Reduction { get; init; } = ChannelReduction.AbsMax;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>The gradient's settings on the command line.</summary>
internal static class InputGradientSettings
{
    public static SettingTable<InputGradientOptions> Table { get; } = new SettingTable<InputGradientOptions>(new())
        .Add("layer", WhiteBoxSettings.LayerText, o => o.Layer.Name, (o, text) => o with { Layer = Cut.Parse(text) })
        .Add("reduction", WhiteBoxSettings.ReductionText, o => ChannelReductions.Name(o.Reduction), (o, text) => o with { Reduction = SettingText.Choice(text, ChannelReductions.All) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}
