namespace Unmask;

/// <summary>How biases are handed back to the input.</summary>
public sealed record BiasAttributionOptions
{
    /// <summary>
    /// A unit's inputs share its credit in proportion to |W x| to this power, at least 0. Default 1: in proportion; 0: alike among those that are not zero; large: to the
    /// largest alone (a softmax of ln |W x| at the temperature 1 ÷ power).
    /// </summary>
    public double Power { get; init => field = Require.NotNegative(value); } = 1;

    /// <summary>
    /// The temperature T of a softmax of |W x| ÷ T by which a unit's inputs share instead, above 0, in units of what an input adds to a unit: the paper's weighting. It takes memory for
    /// all pairs of a layer's units and inputs, so it is for small networks; larger ones are refused. Default <c>null</c>: <see cref="Power"/>.
    /// </summary>
    public double? Temperature
    {
        get;
        init
        {
            if (value is { } given)
            {
                ArgumentOutOfRangeException.ThrowIfNegativeOrZero(given, nameof(value));
            }

            field = value;
        }
    }

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
        .Add("temperature", "Inputs of a unit share by a softmax of |W x| at this temperature instead; above 0. Default: by powers. For small networks.", o => o.Temperature is { } temperature ? SettingText.Of(temperature) : "", (o, text) => o with { Temperature = SettingText.Double(text) })
        .Add("with-gradient", "true or false: input times gradient is added, so that the whole adds up to the score.", o => SettingText.Of(o.WithGradient), (o, text) => o with { WithGradient = SettingText.Bool(text) })
        .Add("reduction", WhiteBoxSettings.ReductionText, o => ChannelReductions.Name(o.Reduction), (o, text) => o with { Reduction = SettingText.Choice(text, ChannelReductions.All) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}
