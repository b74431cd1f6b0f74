using System.Collections.Immutable;
using System.Numerics.Tensors;

namespace Unmask.Metrics;

/// <summary>Intervals and tests of metrics that are no means over items: items are drawn, and the metric is taken anew of the totals of each draw.</summary>
/// <param name="metric">The metric.</param>
/// <param name="seed">Of the draws.</param>
/// <param name="resamples">At least 1.</param>
/// <param name="level">Above 0 and below 1.</param>
internal sealed class PooledStatistics(IPooledMetric metric, ulong seed, int resamples, double level)
{
    /// <summary>The metric of all items.</summary>
    /// <param name="tallies">One an item, at least one.</param>
    public double Of(IReadOnlyList<ImmutableArray<double>> tallies)
    {
        double[] totals = new double[tallies[0].Length];
        foreach (var tally in tallies)
        {
            TensorPrimitives.Add(totals, tally.AsSpan(), totals);
        }

        return metric.Pool(totals, tallies.Count);
    }

    /// <summary>The metric with its percentile interval.</summary>
    public Interval Mean(IReadOnlyList<ImmutableArray<double>> tallies) => Resampled(Of(tallies), tallies.Count, drawn => Of(Chosen(tallies, drawn)));

    /// <summary>The difference of two methods on the same items: both tallies of an item are drawn with it.</summary>
    public Interval Difference(IReadOnlyList<ImmutableArray<double>> tallies, IReadOnlyList<ImmutableArray<double>> others) =>
        Resampled(Of(tallies) - Of(others), tallies.Count, drawn => Of(Chosen(tallies, drawn)) - Of(Chosen(others, drawn)));

    /// <summary>
    /// The two-sided p-value of a paired permutation test: if both methods are equally good, which tally of an item is whose is a coin's throw. The pattern that was found counts as one of those thrown.
    /// </summary>
    public double PValue(IReadOnlyList<ImmutableArray<double>> tallies, IReadOnlyList<ImmutableArray<double>> others)
    {
        double bound = Math.Abs(Of(tallies) - Of(others)) - 1e-12;
        int extreme = 1;
        for (int draw = 0; draw < resamples; draw++)
        {
            var random = Rng.At(seed, draw);
            bool[] swapped = [.. tallies.Select(_ => random.NextInt32(2) == 1)];
            double difference = Of([.. tallies.Select((tally, item) => swapped[item] ? others[item] : tally)]) - Of([.. others.Select((tally, item) => swapped[item] ? tallies[item] : tally)]);
            extreme += Math.Abs(difference) >= bound ? 1 : 0;
        }

        return (double)extreme / (resamples + 1);
    }

    private static ImmutableArray<double>[] Chosen(IReadOnlyList<ImmutableArray<double>> tallies, int[] drawn) => Array.ConvertAll(drawn, item => tallies[item]);

    private Interval Resampled(double found, int items, Func<int[], double> statistic)
    {
        double[] values = new double[resamples];
        for (int draw = 0; draw < resamples; draw++)
        {
            var random = Rng.At(seed, draw);
            int[] drawn = new int[items];
            for (int i = 0; i < items; i++)
            {
                drawn[i] = random.NextInt32(items);
            }

            values[draw] = statistic(drawn);
        }

        Array.Sort(values);
        return new(found, Bootstrap.Quantile(values, (1 - level) / 2), Bootstrap.Quantile(values, (1 + level) / 2), level, items);
    }
}
