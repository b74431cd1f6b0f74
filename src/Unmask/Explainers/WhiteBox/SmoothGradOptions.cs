namespace Unmask;

/// <summary>How much noise, how many copies, and of which method.</summary>
public sealed record SmoothGradOptions : NoiseOptions
{
    /// <summary>The method whose maps are averaged: its id, with settings after a colon (<c>integrated-gradients:steps=20</c>). It is evaluated entirely at the noisy input. Default <c>gradient</c>.</summary>
    public string Base
    {
        get;
        init
        {
            WhiteBoxBases.Parse(value);
            field = value;
        }
    }

    = InputGradient.Id;

    /// <summary>A <c>.npy</c> of noise that was drawn elsewhere, [samples, …item], added as it is: <see cref="NoiseOptions.Level"/> and <see cref="NoiseOptions.Seed"/> are then ignored. Default <c>null</c>: drawn.</summary>
    public string? NoiseFile { get; init; }

    /// <summary>How the channels of a pixel become one number on pictures and for metrics. Default <see cref="ChannelReduction.AbsMax"/>, as of the gradient.</summary>
    public ChannelReduction Reduction { get; init; } = ChannelReduction.AbsMax;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>The settings of smoothgrad on the command line.</summary>
internal static class SmoothGradSettings
{
    public static SettingTable<SmoothGradOptions> Table { get; } = Of(NoiseAverage.Mean);

    public static SettingTable<SmoothGradOptions> Squared { get; } = Of(NoiseAverage.Squared);

    public static SettingTable<SmoothGradOptions> Variance { get; } = Of(NoiseAverage.Variance);

    private static SettingTable<SmoothGradOptions> Of(NoiseAverage average) => new SettingTable<SmoothGradOptions>(new() { Average = average })
        .Add("base", "The method whose maps are averaged, with its settings: " + WhiteBoxBases.Known, o => o.Base, (o, text) => o with { Base = text })
        .Add("level", "Standard deviation of the noise as a part of the input's range; at least 0.", o => SettingText.Of(o.Level), (o, text) => o with { Level = SettingText.Double(text) })
        .Add("samples", "Noisy copies; at least 1.", o => SettingText.Of(o.Samples), (o, text) => o with { Samples = SettingText.Int(text) })
        .Add("average", "mean, squared or variance of the maps.", o => SettingText.NameOf(o.Average, NoiseAverages.All), (o, text) => o with { Average = SettingText.Choice(text, NoiseAverages.All) })
        .Add("noise-file", "A .npy of noise that was drawn elsewhere, [samples, ...item].", o => o.NoiseFile ?? "", (o, text) => o with { NoiseFile = text })
        .Add("seed", "Seed of the noise; 0 or more.", o => SettingText.Of(o.Seed), (o, text) => o with { Seed = SettingText.ULong(text) })
        .Add("reduction", WhiteBoxSettings.ReductionText, o => ChannelReductions.Name(o.Reduction), (o, text) => o with { Reduction = SettingText.Choice(text, ChannelReductions.All) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}
