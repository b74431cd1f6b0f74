namespace Unmask.Metrics;

/// <summary>
/// A metric of a whole data set, which is no mean over its items: one threshold is chosen for all of them, say. Every map adds its <see cref="MetricValue.Tally"/> to totals, and the value is a
/// function of these. What <see cref="IMetric.Measure"/> calls a map's value is that of a data set of this map alone.
/// </summary>
public interface IPooledMetric : IMetric
{
    /// <summary>The value of several maps together.</summary>
    /// <param name="totals">The sums over the maps of their tallies, number by number.</param>
    /// <param name="maps">How many maps there are, at least 1; one that stands in a resample twice counts twice.</param>
    double Pool(ReadOnlySpan<double> totals, int maps);
}
