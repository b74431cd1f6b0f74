using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask;

/// <summary>The reference, the rule, and what is attributed to.</summary>
public sealed record DeepLiftOptions
{
    /// <summary>What the input is compared with, in the model's input space; attributions are averaged over several. Default <see cref="Infill.Zero"/>: 0 after preprocessing.</summary>
    public ImmutableArray<Infill> Baselines { get; init => field = Require.Some(value); } = [Infill.Zero];

    /// <summary>What functions of one element do. Default <see cref="DeepLiftRule.Rescale"/>.</summary>
    public DeepLiftRule Rule { get; init; } = DeepLiftRule.Rescale;

    /// <summary>What is attributed to; default <see cref="Cut.Input"/>. A layer is compared with its own values at the reference input.</summary>
    public Cut Layer { get; init; } = Cut.Input;

    /// <summary>How the channels of a pixel become one number on pictures and for metrics. Default <see cref="ChannelReduction.Sum"/>.</summary>
    public ChannelReduction Reduction { get; init; } = ChannelReduction.Sum;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>DeepLIFT's settings on the command line.</summary>
internal static class DeepLiftSettings
{
    public const string RuleText = "rescale, reveal-cancel, or genomics (reveal-cancel behind dense layers, rescale behind convolutions).";

    public static SettingTable<DeepLiftOptions> Table { get; } = new SettingTable<DeepLiftOptions>(new())
        .Add("baselines", "What the input is compared with, several separated by +: zero, black, grey, white, mean, blur, blur:SIGMA, a number or a .npy file.", o => WhiteBoxSettings.Of(o.Baselines), (o, text) => o with { Baselines = WhiteBoxSettings.Infills(text) })
        .Add("rule", RuleText, o => SettingText.NameOf(o.Rule, DeepLiftRuleNames.All), (o, text) => o with { Rule = SettingText.Choice(text, DeepLiftRuleNames.All) })
        .Add("layer", WhiteBoxSettings.LayerText, o => o.Layer.Name, (o, text) => o with { Layer = Cut.Parse(text) })
        .Add("reduction", WhiteBoxSettings.ReductionText, o => ChannelReductions.Name(o.Reduction), (o, text) => o with { Reduction = SettingText.Choice(text, ChannelReductions.All) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}

/// <summary>Names of DeepLIFT's rules.</summary>
internal static class DeepLiftRuleNames
{
    public static IReadOnlyList<(string Name, DeepLiftRule Value)> All { get; } =
        [("rescale", DeepLiftRule.Rescale), ("reveal-cancel", DeepLiftRule.RevealCancel), ("genomics", DeepLiftRule.Genomics)];
}
