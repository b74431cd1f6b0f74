namespace Unmask;

/// <summary>How the path is chosen.</summary>
public sealed record GuidedIntegratedGradientsOptions
{
    /// <summary>Where the path starts, in the model's input space. Default <see cref="Infill.Zero"/>.</summary>
    public Infill Baseline { get; init; } = Infill.Zero;

    /// <summary>Steps, one after another, at least 1. Default 200.</summary>
    public int Steps { get; init => field = Require.Positive(value); } = 200;

    /// <summary>The part of the elements, those with the smallest gradients, that moves first; above 0 to 1. Default 0.25.</summary>
    public double Fraction { get; init => field = Require.PositiveUpTo(value, 1); } = 0.25;

    /// <summary>How far, as a part of the way, elements may be ahead of or behind the straight path; 0 (the straight path itself) to 1. Default 0.02.</summary>
    public double MaxDistance { get; init => field = Require.Share(value); } = 0.02;

    /// <summary>Whether a step takes the gradient where it begins alone, as in the paper, rather than the mean of both ends. Default <c>false</c>: the sum comes closer to the difference.</summary>
    public bool LeftMultiplier { get; init; }

    /// <summary>How the channels of a pixel become one number on pictures and for metrics. Default <see cref="ChannelReduction.Sum"/>.</summary>
    public ChannelReduction Reduction { get; init; } = ChannelReduction.Sum;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>The settings of guided-ig on the command line.</summary>
internal static class GuidedIntegratedGradientsSettings
{
    public static SettingTable<GuidedIntegratedGradientsOptions> Table { get; } = new SettingTable<GuidedIntegratedGradientsOptions>(new())
        .Add("baseline", "Where the path starts: zero, black, grey, white, mean, blur, blur:SIGMA, a number or a .npy file.", o => o.Baseline.Name, (o, text) => o with { Baseline = Infill.Parse(text) })
        .Add("steps", "Steps, one after another; at least 1.", o => SettingText.Of(o.Steps), (o, text) => o with { Steps = SettingText.Int(text) })
        .Add("fraction", "The part of the elements that moves first; above 0 to 1.", o => SettingText.Of(o.Fraction), (o, text) => o with { Fraction = SettingText.Double(text) })
        .Add("max-distance", "How far elements may leave the straight path, as a part of the way; 0 to 1.", o => SettingText.Of(o.MaxDistance), (o, text) => o with { MaxDistance = SettingText.Double(text) })
        .Add("left-multiplier", "true or false: the gradient where a step begins (as in the paper) rather than the mean of both ends.", o => SettingText.Of(o.LeftMultiplier), (o, text) => o with { LeftMultiplier = SettingText.Bool(text) })
        .Add("reduction", WhiteBoxSettings.ReductionText, o => ChannelReductions.Name(o.Reduction), (o, text) => o with { Reduction = SettingText.Choice(text, ChannelReductions.All) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}
