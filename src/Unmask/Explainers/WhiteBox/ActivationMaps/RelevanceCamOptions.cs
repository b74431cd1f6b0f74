using Unmask.Graphs;

namespace Unmask;

/// <summary>Which feature maps Relevance-CAM weighs, and how their relevance is found.</summary>
public sealed record RelevanceCamOptions
{
    /// <summary>Which rule for which layer, over LRP-0 (<see cref="RuleSet.Relevance"/>). Default <see cref="Composites.EpsilonPlus"/>.</summary>
    public Composite Composite { get; init; } = Composites.EpsilonPlus;

    /// <summary>Whether all other classes start with −1/(C − 1), as in the paper. Default <c>true</c>; <c>false</c> is LRP-CAM. Contrasts of two classes and units start as they are.</summary>
    public bool Contrastive { get; init; } = true;

    /// <summary>The layer with places, at any depth: feature maps, or tokens of a picture. Default <see cref="Cut.LastSpatial"/>: found by itself. Several are joined as by <see cref="GradCamOptions.Layer"/>.</summary>
    public Cut Layer { get; init; } = Cut.LastSpatial;

    /// <summary>Whether pictures and metrics show only what speaks for the target. Default <c>true</c>. The array keeps the negative part, unless several layers were joined.</summary>
    public bool Relu { get; init; } = true;

    /// <summary>What z⁺, αβ and excitation do with units that have no contributions of one sign. Default <see cref="DeadUnits.Lose"/>, as published.</summary>
    public DeadUnits Dead { get; init; }

    /// <summary>What happens at operators without a rule. Default <see cref="RuleFallback.None"/>: an error.</summary>
    public RuleFallback Fallback { get; init; }

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>Relevance-CAM's settings on the command line.</summary>
internal static class RelevanceCamSettings
{
    public static SettingTable<RelevanceCamOptions> Table { get; } = new SettingTable<RelevanceCamOptions>(new())
        .Add("composite", LrpSettings.CompositeText, o => o.Composite.ToString(), (o, text) => o with { Composite = Composite.Parse(text) })
        .Add("contrastive", "true or false: whether all other classes start with −1/(C − 1); false is LRP-CAM.", o => SettingText.Of(o.Contrastive), (o, text) => o with { Contrastive = SettingText.Bool(text) })
        .Add("layer", GradCamSettings.LayerText, o => o.Layer.Name, (o, text) => o with { Layer = Cut.Parse(text) })
        .Add("relu", GradCamSettings.ReluText, o => SettingText.Of(o.Relu), (o, text) => o with { Relu = SettingText.Bool(text) })
        .Add("dead", LrpSettings.DeadText, o => SettingText.NameOf(o.Dead, LrpSettings.Dead), (o, text) => o with { Dead = SettingText.Choice(text, LrpSettings.Dead) })
        .Add("fallback", LrpSettings.FallbackText, o => SettingText.NameOf(o.Fallback, LrpSettings.Fallbacks), (o, text) => o with { Fallback = SettingText.Choice(text, LrpSettings.Fallbacks) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}
