using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask;

/// <summary>The set of references, the rule, and what is attributed to.</summary>
public sealed record DeepShapOptions
{
    /// <summary>What the input is compared with, in the model's input space, each with the same weight. Default black, grey, white and the input's blur.</summary>
    public ImmutableArray<Infill> Baselines { get; init => field = Require.Some(value); } = [Infill.Black, Infill.Grey, Infill.White, Infill.Blur(10)];

    /// <summary>A <c>.npy</c> of references, [count, …item], in the model's input space: a sample of the training data. Replaces <see cref="Baselines"/>. Default <c>null</c>.</summary>
    public string? BaselinesFile { get; init; }

    /// <summary>What functions of one element do. Default <see cref="DeepLiftRule.Rescale"/>.</summary>
    public DeepLiftRule Rule { get; init; } = DeepLiftRule.Rescale;

    /// <summary>What is attributed to; default <see cref="Cut.Input"/>. A layer is compared with its own values at the reference inputs.</summary>
    public Cut Layer { get; init; } = Cut.Input;

    /// <summary>How the channels of a pixel become one number on pictures and for metrics. Default <see cref="ChannelReduction.Sum"/>.</summary>
    public ChannelReduction Reduction { get; init; } = ChannelReduction.Sum;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>DeepSHAP's settings on the command line.</summary>
internal static class DeepShapSettings
{
    public static SettingTable<DeepShapOptions> Table { get; } = new SettingTable<DeepShapOptions>(new())
        .Add("baselines", "What the input is compared with, separated by +: zero, black, grey, white, mean, min, max, blur, blur:SIGMA, a number or a .npy file.", o => WhiteBoxSettings.Of(o.Baselines), (o, text) => o with { Baselines = WhiteBoxSettings.Infills(text) })
        .Add("baselines-file", "A .npy of references, [count, ...item], instead.", o => o.BaselinesFile ?? "", (o, text) => o with { BaselinesFile = text })
        .Add("rule", DeepLiftSettings.RuleText, o => SettingText.NameOf(o.Rule, DeepLiftRuleNames.All), (o, text) => o with { Rule = SettingText.Choice(text, DeepLiftRuleNames.All) })
        .Add("layer", WhiteBoxSettings.LayerText, o => o.Layer.Name, (o, text) => o with { Layer = Cut.Parse(text) })
        .Add("reduction", WhiteBoxSettings.ReductionText, o => ChannelReductions.Name(o.Reduction), (o, text) => o with { Reduction = SettingText.Choice(text, ChannelReductions.All) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}
