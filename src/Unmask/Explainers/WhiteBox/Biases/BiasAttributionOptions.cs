namespace Unmask;

/// <summary>How biases are handed back to the input.</summary>
public sealed record BiasAttributionOptions
{
    /// <summary>
    /// A unit's inputs share its credit in proportion to |W x| to this power, at least 0. Default 1: in proportion; 0: alike among those that are not zero; large: to the
    /// largest alone (a softmax of ln |W x| at the temperature 1 ÷ power).
    /// </summary>
    public double Power
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    = 1;

    /// <summary>Whether input times gradient is added, so that the whole adds up to the score. Default <c>false</c>: the biases alone.</summary>
    public bool WithGradient { get; init; }

    /// <summary>How the channels of a pixel become one number on pictures and for metrics. Default <see cref="ChannelReduction.Sum"/>. The array keeps all channels with their signs.</summary>
    public ChannelReduction Reduction { get; init; } = ChannelReduction.Sum;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>Bias attribution's settings on the command line.</summary>
internal static class BiasAttributionSettings
{
    public static SettingTable<BiasAttributionOptions> Table { get; } = new SettingTable<BiasAttributionOptions>(new())
        .Add("power", "Inputs of a unit share in proportion to |W x| to this power; 0 or more.", o => SettingText.Of(o.Power), (o, text) => o with { Power = SettingText.Double(text) })
        .Add("with-gradient", "true or false: input times gradient is added, so that the whole adds up to the score.", o => SettingText.Of(o.WithGradient), (o, text) => o with { WithGradient = SettingText.Bool(text) })
        .Add("reduction", WhiteBoxSettings.ReductionText, o => ChannelReductions.Name(o.Reduction), (o, text) => o with { Reduction = SettingText.Choice(text, ChannelReductions.All) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}
