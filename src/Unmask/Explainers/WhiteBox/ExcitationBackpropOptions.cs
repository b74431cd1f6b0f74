using Unmask.Graphs;

namespace Unmask;

/// <summary>Whether the class is contrasted, and where the walk ends.</summary>
public sealed record ExcitationBackpropOptions
{
    /// <summary>Whether what speaks for «not the class» is subtracted at the classifier (c-MWP). Default <c>false</c>: marginal winning probabilities (MWP).</summary>
    public bool Contrastive { get; init; }

    /// <summary>The layer at which shares are read; its values should not be negative. Default <see cref="Cut.MidSpatial"/>: the last rectified maps of the stage before the last, as the paper's pool4.</summary>
    public Cut Layer { get; init; } = Cut.MidSpatial;

    /// <summary>What z⁺, αβ and excitation do with units that have no contributions of one sign. Default <see cref="DeadUnits.Lose"/>, as published.</summary>
    public DeadUnits Dead { get; init; }

    /// <summary>What happens at operators without a rule. Default <see cref="RuleFallback.None"/>: an error.</summary>
    public RuleFallback Fallback { get; init; }

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>The settings of excitation-backprop on the command line.</summary>
internal static class ExcitationBackpropSettings
{
    public static SettingTable<ExcitationBackpropOptions> Table { get; } = new SettingTable<ExcitationBackpropOptions>(new())
        .Add("contrastive", "true or false: whether what speaks for «not the class» is subtracted (c-MWP).", o => SettingText.Of(o.Contrastive), (o, text) => o with { Contrastive = SettingText.Bool(text) })
        .Add("layer", WhiteBoxSettings.LayerText, o => o.Layer.Name, (o, text) => o with { Layer = Cut.Parse(text) })
        .Add("dead", LrpSettings.DeadText, o => SettingText.NameOf(o.Dead, LrpSettings.Dead), (o, text) => o with { Dead = SettingText.Choice(text, LrpSettings.Dead) })
        .Add("fallback", LrpSettings.FallbackText, o => SettingText.NameOf(o.Fallback, LrpSettings.Fallbacks), (o, text) => o with { Fallback = SettingText.Choice(text, LrpSettings.Fallbacks) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}
