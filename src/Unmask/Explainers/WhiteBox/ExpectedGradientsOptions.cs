using System.Collections.Immutable;

namespace Unmask;

/// <summary>The distribution of baselines, and how many draws.</summary>
public sealed record ExpectedGradientsOptions
{
    /// <summary>Where paths start, in the model's input space; each is drawn equally often. Default black, grey, white and the input's blur.</summary>
    public ImmutableArray<Infill> Baselines { get; init => field = Require.Some(value); } = [Infill.Black, Infill.Grey, Infill.White, Infill.Blur(10)];

    /// <summary>A <c>.npy</c> of baselines, [count, …item], in the model's input space: the training data that the paper draws from. Replaces <see cref="Baselines"/>. Default <c>null</c>.</summary>
    public string? BaselinesFile { get; init; }

    /// <summary>Draws, at least 1. Default 200.</summary>
    public int Samples { get; init => field = Require.Positive(value); } = 200;

    /// <summary>Standard deviation of noise on the input ÷ its range, at least 0: GradientSHAP. Default 0: none.</summary>
    public double Noise { get; init => field = Require.NotNegative(value); }

    /// <summary>Seed of the draws. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>How the channels of a pixel become one number on pictures and for metrics. Default <see cref="ChannelReduction.Sum"/>.</summary>
    public ChannelReduction Reduction { get; init; } = ChannelReduction.Sum;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>The settings of expected-gradients on the command line.</summary>
internal static class ExpectedGradientsSettings
{
    public static SettingTable<ExpectedGradientsOptions> Table { get; } = new SettingTable<ExpectedGradientsOptions>(new())
        .Add("baselines", "The distribution of baselines, separated by +: zero, black, grey, white, mean, min, max, blur, blur:SIGMA, a number or a .npy file.", o => WhiteBoxSettings.Of(o.Baselines), (o, text) => o with { Baselines = WhiteBoxSettings.Infills(text) })
        .Add("baselines-file", "A .npy of baselines, [count, ...item], instead.", o => o.BaselinesFile ?? "", (o, text) => o with { BaselinesFile = text })
        .Add("samples", "Draws; at least 1.", o => SettingText.Of(o.Samples), (o, text) => o with { Samples = SettingText.Int(text) })
        .Add("noise", "Standard deviation of noise on the input as a part of its range; at least 0 (GradientSHAP).", o => SettingText.Of(o.Noise), (o, text) => o with { Noise = SettingText.Double(text) })
        .Add("seed", "Seed of the draws; 0 or more.", o => SettingText.Of(o.Seed), (o, text) => o with { Seed = SettingText.ULong(text) })
        .Add("reduction", WhiteBoxSettings.ReductionText, o => ChannelReductions.Name(o.Reduction), (o, text) => o with { Reduction = SettingText.Choice(text, ChannelReductions.All) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}
