namespace Unmask;

/// <summary>The path, its nodes, and what is attributed to.</summary>
public sealed record IntegratedGradientsOptions() : PathOptions(Cut.Input, Quadrature.Midpoint)
{
    /// <summary>
    /// The part of the score's difference that may be missing from the sum of the attributions; while more is missing, steps are doubled, at most five times. 0 (default): steps
    /// stay as they are, and the residual is stated.
    /// </summary>
    public double Tolerance { get; init => field = Require.NotNegative(value); }
}

/// <summary>Integrated gradients' settings on the command line.</summary>
internal static class IntegratedGradientsSettings
{
    public static SettingTable<IntegratedGradientsOptions> Table { get; } = new SettingTable<IntegratedGradientsOptions>(new())
        .AddPath()
        .Add("tolerance", "The part of the score's difference that may be missing before steps are doubled, for instance 0.01; 0: never doubled.", o => SettingText.Of(o.Tolerance), (o, text) => o with { Tolerance = SettingText.Double(text) });
}
