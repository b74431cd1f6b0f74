namespace Unmask.Metrics;

/// <summary>How finely a metric over thresholds looks.</summary>
public sealed record ThresholdOptions
{
    /// <summary>Distance of thresholds on the map stretched to 0 … 1, from 0.001 to 0.5. Default 0.01.</summary>
    public double Step { get; init => field = Require.Between(value, 0.001, 0.5); } = 0.01;

    /// <summary>The number of thresholds: 0, step, 2 · step … below 1.</summary>
    internal int Count => (int)Math.Ceiling((1 / Step) - 1e-9);
}

/// <summary>The settings of metrics over thresholds on the command line.</summary>
internal static class ThresholdSettings
{
    public static SettingTable<ThresholdOptions> Table { get; } = new SettingTable<ThresholdOptions>(new())
        .Add("step", "Distance of thresholds on the map stretched to 0 … 1, from 0.001 to 0.5.", o => SettingText.Of(o.Step), (o, text) => o with { Step = SettingText.Double(text) });
}
