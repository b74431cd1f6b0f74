using System.Collections.Immutable;

namespace Unmask.Metrics;

/// <summary>What a metric says of many items together: their mean, or for a metric of the whole data set its value on all of them; with intervals and tests.</summary>
/// <param name="metric">The metric.</param>
/// <param name="options">Seed, resamples and level.</param>
internal sealed class ItemStatistic(IMetric metric, EvaluationOptions options)
{
    private readonly PooledStatistics? _pooled = metric is IPooledMetric pooled ? new(pooled, options.Seed, options.Resamples, options.Level) : null;

    /// <summary>The value of items with defined values, at least one.</summary>
    public double Of(IReadOnlyList<JournalEntry> items) => _pooled?.Of(Tallies(items)) ?? items.Average(item => item.Value!.Value);

    /// <summary>The same with its interval.</summary>
    public Interval Mean(IReadOnlyList<JournalEntry> items) => _pooled?.Mean(Tallies(items)) ?? Bootstrap.Mean(Values(items), options.Seed, options.Resamples, options.Level);

    /// <summary>The difference of two methods on the same items, in the same order, and the p-value of it.</summary>
    public (Interval Difference, double PValue) Compare(IReadOnlyList<JournalEntry> items, IReadOnlyList<JournalEntry> others)
    {
        if (_pooled is not null)
        {
            return (_pooled.Difference(Tallies(items), Tallies(others)), _pooled.PValue(Tallies(items), Tallies(others)));
        }

        double[] one = Values(items), other = Values(others);
        return (Bootstrap.Difference(one, other, options.Seed, options.Resamples, options.Level), SignFlipTest.PValue(Bootstrap.Differences(one, other), options.Seed, options.Resamples));
    }

    private static double[] Values(IReadOnlyList<JournalEntry> items) => [.. items.Select(item => item.Value!.Value)];

    private static ImmutableArray<double>[] Tallies(IReadOnlyList<JournalEntry> items) =>
        [.. items.Select(item => item.Tally ?? throw new UnmaskException($"The journal holds no tally of {item.Item} for {item.Metric}: choose another journal, or delete it to begin anew."))];
}
