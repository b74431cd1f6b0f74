using Unmask.Graphs;

namespace Unmask;

/// <summary>What deep Taylor decomposition knows of the inputs of the first layer.</summary>
public enum FirstLayerRule
{
    /// <summary>z-box for pictures, w² for other inputs.</summary>
    Auto,

    /// <summary>They are bounded (z-box), by what the preprocessing makes of black and white.</summary>
    Box,

    /// <summary>Nothing (w²).</summary>
    WSquare,
}

/// <summary>What the first layer is like, and what is attributed to.</summary>
public sealed record DeepTaylorOptions
{
    /// <summary>The rule of the first layer. Default <see cref="FirstLayerRule.Auto"/>: z-box for pictures, w² for other inputs.</summary>
    public FirstLayerRule FirstLayer { get; init; }

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

/// <summary>The settings of deep-taylor on the command line.</summary>
internal static class DeepTaylorSettings
{
    private static IReadOnlyList<(string Name, FirstLayerRule Value)> FirstLayers { get; } = [("auto", FirstLayerRule.Auto), ("box", FirstLayerRule.Box), ("wsquare", FirstLayerRule.WSquare)];

    public static SettingTable<DeepTaylorOptions> Table { get; } = new SettingTable<DeepTaylorOptions>(new())
        .Add("first-layer", "auto, box (inputs are bounded: pictures) or wsquare (they are not).", o => SettingText.NameOf(o.FirstLayer, FirstLayers), (o, text) => o with { FirstLayer = SettingText.Choice(text, FirstLayers) })
        .Add("dead", LrpSettings.DeadText, o => SettingText.NameOf(o.Dead, LrpSettings.Dead), (o, text) => o with { Dead = SettingText.Choice(text, LrpSettings.Dead) })
        .Add("fallback", LrpSettings.FallbackText, o => SettingText.NameOf(o.Fallback, LrpSettings.Fallbacks), (o, text) => o with { Fallback = SettingText.Choice(text, LrpSettings.Fallbacks) })
        .Add("layer", WhiteBoxSettings.LayerText, o => o.Layer.Name, (o, text) => o with { Layer = Cut.Parse(text) })
        .Add("reduction", WhiteBoxSettings.ReductionText, o => ChannelReductions.Name(o.Reduction), (o, text) => o with { Reduction = SettingText.Choice(text, ChannelReductions.All) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}
