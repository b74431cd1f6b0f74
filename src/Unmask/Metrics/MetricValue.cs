using System.Collections.Immutable;

namespace Unmask.Metrics;

/// <summary>A metric's answer for one map: a number, or the reason why there is none.</summary>
public sealed record MetricValue
{
    /// <summary>The number; <c>null</c> when it is not defined.</summary>
    public double? Value { get; init; }

    /// <summary>Why there is no number; <c>null</c> when there is one.</summary>
    public string? Undefined { get; init; }

    /// <summary>The curve whose area the value is; <c>null</c> for metrics without one.</summary>
    public Curve? Curve { get; init; }

    /// <summary>The share of map values that equal another one, so that a rule of the metric rather than the map ordered them, 0 to 1; <c>null</c> where order plays no part.</summary>
    public double? TieFraction { get; init; }

    /// <summary>What the map adds to the totals of its data set; <c>null</c> except for an <see cref="IPooledMetric"/>.</summary>
    public ImmutableArray<double>? Tally { get; init; }

    /// <summary>How many inputs went through the model for this value; passes that several maps share count for the first.</summary>
    public long ForwardPasses { get; init; }

    /// <summary>What one should know before trusting the number, in whole sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>A defined value.</summary>
    public static MetricValue Of(double value) => new() { Value = value };

    /// <summary>No value, and why.</summary>
    public static MetricValue None(string reason) => new() { Undefined = reason };
}
