using Unmask.Metrics;

namespace Unmask.Cli.Comparing;

/// <summary>All methods on one input.</summary>
/// <param name="Input">The path as it was given.</param>
/// <param name="Target">What was explained; <c>null</c> when the input could not be read.</param>
/// <param name="Rows">One a method.</param>
/// <param name="Error">Why the input could not be read; <c>null</c> when it could.</param>
internal sealed record ComparedInput(string Input, TargetFacts? Target, IReadOnlyList<ComparedMethod> Rows, string? Error);

/// <summary>One method on one input.</summary>
/// <param name="Row">The row's name.</param>
/// <param name="Explanation">Everything about the map; the array itself is left out.</param>
/// <param name="Metrics">One a metric.</param>
internal sealed record ComparedMethod(string Row, ExplanationDocument Explanation, IReadOnlyList<ComparedMetric> Metrics);

/// <summary>One metric of one map.</summary>
/// <param name="Metric">The metric's id.</param>
/// <param name="Value"><c>null</c> when it is not defined.</param>
/// <param name="Undefined">Why there is no value.</param>
/// <param name="Curve">The curve whose area the value is; <c>null</c> for metrics without one.</param>
/// <param name="ForwardPasses">Inputs that went through the model; those that several maps share count for the first.</param>
internal sealed record ComparedMetric(string Metric, double? Value, string? Undefined, Curve? Curve, long ForwardPasses)
{
    public static ComparedMetric Of(IMetric metric, MetricValue value) => new(metric.Id, value.Value, value.Undefined, value.Curve, value.ForwardPasses);
}
