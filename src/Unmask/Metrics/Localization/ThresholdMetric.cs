namespace Unmask.Metrics;

/// <summary>A localisation metric of a data set whose threshold is chosen for all maps together, or that looks at all thresholds.</summary>
public abstract class ThresholdMetric : LocalizationMetric, IPooledMetric
{
    private protected ThresholdMetric(string id, ThresholdOptions options)
        : base(id, ThresholdSettings.Table.Describe(options)) => Thresholds = options;

    private protected ThresholdOptions Thresholds { get; }

    /// <inheritdoc/>
    public abstract double Pool(ReadOnlySpan<double> totals, int maps);

    private protected override MetricValue Measure(float[] map, GroundTruth truth, MetricSubject subject) => Tally(map, truth, subject.Input) is { } tally
        ? MetricValue.Of(Pool(tally, 1)) with { Tally = [.. tally] }
        : MetricValue.None("the model sees no pixel of the object");

    /// <summary>What a map adds to the totals; <c>null</c> where the model sees nothing of the object.</summary>
    private protected abstract double[]? Tally(float[] map, GroundTruth truth, ModelInput input);
}
