using System.Collections.Immutable;

namespace Unmask;

/// <summary>Which layer, which path.</summary>
public sealed record LayerConductanceOptions
{
    /// <summary>The layer; default <see cref="Cut.LastSpatial"/>.</summary>
    public Cut Layer { get; init; } = Cut.LastSpatial;

    /// <summary>Where paths start, in the model's input space; attributions are averaged over several. Default <see cref="Infill.Zero"/>.</summary>
    public ImmutableArray<Infill> Baselines
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfZero(value.Length, nameof(value));
            field = value;
        }
    }

    = [Infill.Zero];

    /// <summary>Nodes of the path, at least 1 (conductance: 2). Default 50.</summary>
    public int Steps
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    }

    = 50;

    /// <summary>At which nodes values of the layer are taken. Default <see cref="Quadrature.Trapezoid"/>: from end to end, so that nothing is left out.</summary>
    public Quadrature Quadrature { get; init; } = Quadrature.Trapezoid;

    /// <summary>Whether a difference of values takes the gradient before it, as Captum does, rather than the mean of both neighbours'. Default <c>false</c>.</summary>
    public bool LeftMultiplier { get; init; }

    /// <summary>How the channels of a pixel become one number on pictures and for metrics. Default <see cref="ChannelReduction.Sum"/>.</summary>
    public ChannelReduction Reduction { get; init; } = ChannelReduction.Sum;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>The settings of layer-conductance on the command line.</summary>
internal static class LayerConductanceSettings
{
    public static SettingTable<LayerConductanceOptions> Table { get; } = new SettingTable<LayerConductanceOptions>(new())
        .Add("layer", WhiteBoxSettings.LayerText, o => o.Layer.Name, (o, text) => o with { Layer = Cut.Parse(text) })
        .Add("baselines", WhiteBoxSettings.BaselinesText, o => WhiteBoxSettings.Of(o.Baselines), (o, text) => o with { Baselines = WhiteBoxSettings.Infills(text) })
        .Add("steps", "Nodes of the path; at least 1.", o => SettingText.Of(o.Steps), (o, text) => o with { Steps = SettingText.Int(text) })
        .Add("quadrature", WhiteBoxSettings.QuadratureText, o => SettingText.NameOf(o.Quadrature, Quadratures.All), (o, text) => o with { Quadrature = SettingText.Choice(text, Quadratures.All) })
        .Add("left-multiplier", "true or false: the gradient before each difference (as Captum) rather than the mean of both neighbours'.", o => SettingText.Of(o.LeftMultiplier), (o, text) => o with { LeftMultiplier = SettingText.Bool(text) })
        .Add("reduction", WhiteBoxSettings.ReductionText, o => ChannelReductions.Name(o.Reduction), (o, text) => o with { Reduction = SettingText.Choice(text, ChannelReductions.All) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}
