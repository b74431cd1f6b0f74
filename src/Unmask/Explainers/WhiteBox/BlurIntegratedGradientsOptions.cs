namespace Unmask;

/// <summary>How strong the blur is, and how its steps become an integral.</summary>
public sealed record BlurIntegratedGradientsOptions
{
    /// <summary>Standard deviation of the strongest blur in pixels of the model's input, above 0. Default 50.</summary>
    public double MaxSigma { get; init => field = Require.Positive(value); } = 50;

    /// <summary>Steps of the blur, at least 1. Default 50; the paper's repository takes 100.</summary>
    public int Steps { get; init => field = Require.Positive(value); } = 50;

    /// <summary>How σ falls to 0. Default <see cref="BlurSpacing.Quadratic"/>: its sums come closest to the difference of the scores.</summary>
    public BlurSpacing Spacing { get; init; } = BlurSpacing.Quadratic;

    /// <summary>How steps become an integral, and what lies outside the border. Default <see cref="BlurRule.Midpoint"/>, whose sum telescopes, with the border repeated.</summary>
    public BlurRule Rule { get; init; } = BlurRule.Midpoint;

    /// <summary>How the channels of a pixel become one number on pictures and for metrics. Default <see cref="ChannelReduction.Sum"/>.</summary>
    public ChannelReduction Reduction { get; init; } = ChannelReduction.Sum;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>The settings of blur-ig on the command line.</summary>
internal static class BlurIntegratedGradientsSettings
{
    public static SettingTable<BlurIntegratedGradientsOptions> Table { get; } = new SettingTable<BlurIntegratedGradientsOptions>(new())
        .Add("max-sigma", "Standard deviation of the strongest blur in pixels; above 0.", o => SettingText.Of(o.MaxSigma), (o, text) => o with { MaxSigma = SettingText.Double(text) })
        .Add("steps", "Steps of the blur; at least 1.", o => SettingText.Of(o.Steps), (o, text) => o with { Steps = SettingText.Int(text) })
        .Add("spacing", "How the blur falls: quadratic, linear or square-root.", o => SettingText.NameOf(o.Spacing, BlurSpacings.All), (o, text) => o with { Spacing = SettingText.Choice(text, BlurSpacings.All) })
        .Add("rule", "midpoint, or code: the paper's repository.", o => SettingText.NameOf(o.Rule, BlurRules.All), (o, text) => o with { Rule = SettingText.Choice(text, BlurRules.All) })
        .Add("reduction", WhiteBoxSettings.ReductionText, o => ChannelReductions.Name(o.Reduction), (o, text) => o with { Reduction = SettingText.Choice(text, ChannelReductions.All) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}
