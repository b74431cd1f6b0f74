using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>What a rule set does with operators that it has no rule for.</summary>
public enum RuleFallback
{
    /// <summary>An error that names the node.</summary>
    None,

    /// <summary>The derivative; the result lists the nodes as «gradient (fallback)».</summary>
    Gradient,
}

/// <summary>Which rules pass relevance on, and to what.</summary>
public sealed record LrpOptions
{
    /// <summary>Which rule for which layer, over LRP-0 (<see cref="RuleSet.Relevance"/>). Default <see cref="Composites.EpsilonPlus"/>.</summary>
    public Composite Composite { get; init; } = Composites.EpsilonPlus;

    /// <summary>What z⁺, αβ and excitation do with units that have no contributions of one sign. Default <see cref="DeadUnits.Lose"/>, as published.</summary>
    public DeadUnits Dead { get; init; }

    /// <summary>What happens at operators without a rule. Default <see cref="RuleFallback.None"/>: an error.</summary>
    public RuleFallback Fallback { get; init; }

    /// <summary>The layer that is attributed to; default <see cref="Cut.Input"/>.</summary>
    public Cut Layer { get; init; } = Cut.Input;

    /// <summary>How the channels of a pixel become one number on pictures and for metrics. Default <see cref="ChannelReduction.Sum"/>.</summary>
    public ChannelReduction Reduction { get; init; } = ChannelReduction.Sum;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>The settings of lrp, attn-lrp and cp-lrp on the command line.</summary>
internal static class LrpSettings
{
    public static readonly string CompositeText =
        $"A name ({string.Join(", ", Composites.All.Select(composite => composite.Name))}) or rows SELECTOR:RULE;SELECTOR:RULE, as in first:zbox;Conv:gamma(0.25);dense:epsilon(1e-6). Rules: {NodeRule.Known}.";

    public const string FallbackText = "none: an operator without a rule is an error; gradient: it gets the derivative, and the result says where.";

    public const string DeadText = "Units without contributions of one sign under zplus, alphabeta and excitation: lose (their relevance is lost, as published) or epsilon (they follow the ε-rule).";

    public static IReadOnlyList<(string Name, DeadUnits Value)> Dead { get; } = [("lose", DeadUnits.Lose), ("epsilon", DeadUnits.Epsilon)];

    public static IReadOnlyList<(string Name, RuleFallback Value)> Fallbacks { get; } = [("none", RuleFallback.None), ("gradient", RuleFallback.Gradient)];

    public static SettingTable<LrpOptions> Table { get; } = Of(new());

    public static SettingTable<LrpOptions> Attention { get; } = Of(new() { Composite = Composites.AttnLrp });

    public static SettingTable<LrpOptions> Conservative { get; } = Of(new() { Composite = Composites.CpLrp });

    public static string IdOf(Composite composite) => composite == Composites.AttnLrp ? Lrp.AttentionId : composite == Composites.CpLrp ? Lrp.ConservativeId : Lrp.Id;

    /// <summary>The rules of a composite; bounds that a box leaves open are those of the pictures that the model sees.</summary>
    public static RuleSet RulesOf(Composite composite, DeadUnits dead, RuleFallback fallback, Model? model = null)
    {
        var rules = Composites.Complete(PictureBounds.Fill(composite.WithDeadUnits(dead), model));
        return fallback == RuleFallback.Gradient ? rules.OrGradient() : rules;
    }

    private static SettingTable<LrpOptions> Of(LrpOptions defaults) => new SettingTable<LrpOptions>(defaults)
        .Add(
            "composite",
            CompositeText,
            o => o.Composite.ToString(),
            (o, text) => o with { Composite = Composite.Parse(text) })
        .Add("dead", DeadText, o => SettingText.NameOf(o.Dead, Dead), (o, text) => o with { Dead = SettingText.Choice(text, Dead) })
        .Add("fallback", FallbackText, o => SettingText.NameOf(o.Fallback, Fallbacks), (o, text) => o with { Fallback = SettingText.Choice(text, Fallbacks) })
        .Add("layer", WhiteBoxSettings.LayerText, o => o.Layer.Name, (o, text) => o with { Layer = Cut.Parse(text) })
        .Add("reduction", WhiteBoxSettings.ReductionText, o => ChannelReductions.Name(o.Reduction), (o, text) => o with { Reduction = SettingText.Choice(text, ChannelReductions.All) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}
