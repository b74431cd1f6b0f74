using System.Collections.Immutable;

namespace Unmask;

/// <summary>The path, its nodes, and what is attributed to.</summary>
public sealed record IntegratedGradientsOptions
{
    /// <summary>Where paths start, in the model's input space; attributions are averaged over several. Default <see cref="Infill.Zero"/>: 0 after preprocessing.</summary>
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

    /// <summary>Nodes of the path, at least 1. Default 50.</summary>
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

    /// <summary>At which nodes, with which weights. Default <see cref="Quadrature.Midpoint"/>: as good as any where ReLUs make steps, and never on their kink at the zero baseline.</summary>
    public Quadrature Quadrature { get; init; } = Quadrature.Midpoint;

    /// <summary>
    /// The part of the score's difference that may be missing from the sum of the attributions; while more is missing, steps are doubled, at most five times. 0 (default): steps
    /// stay as they are, and the residual is stated.
    /// </summary>
    public double Tolerance
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <summary>
    /// The layer that the path runs through and that is attributed to; default <see cref="Cut.Input"/>. At a layer the path is straight in its activations, from those at the
    /// baseline; the rest of the model sees the input as it is.
    /// </summary>
    public Cut Layer { get; init; } = Cut.Input;

    /// <summary>How the channels of a pixel become one number on pictures and for metrics. Default <see cref="ChannelReduction.Sum"/>.</summary>
    public ChannelReduction Reduction { get; init; } = ChannelReduction.Sum;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>Integrated gradients' settings on the command line.</summary>
internal static class IntegratedGradientsSettings
{
    public static SettingTable<IntegratedGradientsOptions> Table { get; } = new SettingTable<IntegratedGradientsOptions>(new())
        .Add("baselines", WhiteBoxSettings.BaselinesText, o => WhiteBoxSettings.Of(o.Baselines), (o, text) => o with { Baselines = WhiteBoxSettings.Infills(text) })
        .Add("steps", "Nodes of the path; at least 1.", o => SettingText.Of(o.Steps), (o, text) => o with { Steps = SettingText.Int(text) })
        .Add("quadrature", WhiteBoxSettings.QuadratureText, o => SettingText.NameOf(o.Quadrature, Quadratures.All), (o, text) => o with { Quadrature = SettingText.Choice(text, Quadratures.All) })
        .Add("tolerance", "The part of the score's difference that may be missing before steps are doubled, for instance 0.01; 0: never doubled.", o => SettingText.Of(o.Tolerance), (o, text) => o with { Tolerance = SettingText.Double(text) })
        .Add("layer", WhiteBoxSettings.LayerText, o => o.Layer.Name, (o, text) => o with { Layer = Cut.Parse(text) })
        .Add("reduction", WhiteBoxSettings.ReductionText, o => ChannelReductions.Name(o.Reduction), (o, text) => o with { Reduction = SettingText.Choice(text, ChannelReductions.All) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}
