namespace Unmask;

/// <summary>Which layer, which path.</summary>
public sealed record LayerConductanceOptions() : PathOptions(Cut.LastSpatial, Quadrature.Trapezoid)
{
    /// <summary>Whether a difference of values takes the gradient before it, as Captum does, rather than the mean of both neighbours'. Default <c>false</c>.</summary>
    public bool LeftMultiplier { get; init; }
}

/// <summary>The settings of layer-conductance on the command line.</summary>
internal static class LayerConductanceSettings
{
    public static SettingTable<LayerConductanceOptions> Table { get; } = new SettingTable<LayerConductanceOptions>(new())
        .AddPath()
        .Add("left-multiplier", "true or false: the gradient before each difference (as Captum) rather than the mean of both neighbours'.", o => SettingText.Of(o.LeftMultiplier), (o, text) => o with { LeftMultiplier = SettingText.Bool(text) });
}
