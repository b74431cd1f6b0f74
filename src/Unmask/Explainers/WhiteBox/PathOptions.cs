using System.Collections.Immutable;

namespace Unmask;

/// <summary>The straight path of integrated gradients and of its relatives at layers: from where, through what, at which nodes.</summary>
public abstract record PathOptions
{
    private protected PathOptions(Cut layer, Quadrature quadrature) => (Layer, Quadrature) = (layer, quadrature);

    /// <summary>
    /// What is attributed to; default <see cref="Cut.Input"/> for integrated gradients, <see cref="Cut.LastSpatial"/> for layer conductance and internal influence. Integrated
    /// gradients at a layer take the path that is straight in its activations, from those at the baseline; the rest of the model sees the input as it is. The two others follow the
    /// layer while the input moves.
    /// </summary>
    public Cut Layer { get; init; }

    /// <summary>Where paths start, in the model's input space; attributions are averaged over several. Default <see cref="Infill.Zero"/>: 0 after preprocessing.</summary>
    public ImmutableArray<Infill> Baselines { get; init => field = Require.Some(value); } = [Infill.Zero];

    /// <summary>Nodes of the path, at least 1 (conductance: 2). Default 50.</summary>
    public int Steps { get; init => field = Require.Positive(value); } = 50;

    /// <summary>
    /// At which nodes, with which weights. Default <see cref="Quadrature.Midpoint"/>: as good as any where ReLUs make steps, and never on their kink at the zero baseline; for layer
    /// conductance <see cref="Quadrature.Trapezoid"/>: from end to end, so that nothing is left out of the layer's differences.
    /// </summary>
    public Quadrature Quadrature { get; init; }

    /// <summary>How the channels of a pixel become one number on pictures and for metrics. Default <see cref="ChannelReduction.Sum"/>.</summary>
    public ChannelReduction Reduction { get; init; } = ChannelReduction.Sum;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>The settings of paths on the command line.</summary>
internal static class PathSettings
{
    /// <summary>Adds the settings that all paths have.</summary>
    public static SettingTable<TOptions> AddPath<TOptions>(this SettingTable<TOptions> table)
        where TOptions : PathOptions => table
        .Add("baselines", WhiteBoxSettings.BaselinesText, o => WhiteBoxSettings.Of(o.Baselines), (o, text) => o with { Baselines = WhiteBoxSettings.Infills(text) })
        .Add("steps", "Nodes of the path; at least 1.", o => SettingText.Of(o.Steps), (o, text) => o with { Steps = SettingText.Int(text) })
        .Add("quadrature", WhiteBoxSettings.QuadratureText, o => SettingText.NameOf(o.Quadrature, Quadratures.All), (o, text) => o with { Quadrature = SettingText.Choice(text, Quadratures.All) })
        .Add("layer", WhiteBoxSettings.LayerText, o => o.Layer.Name, (o, text) => o with { Layer = Cut.Parse(text) })
        .Add("reduction", WhiteBoxSettings.ReductionText, o => ChannelReductions.Name(o.Reduction), (o, text) => o with { Reduction = SettingText.Choice(text, ChannelReductions.All) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}
