namespace Unmask.Metrics;

/// <summary>Percentile intervals by resampling: how far a mean over these items could have come out otherwise with other items of their kind.</summary>
/// <remarks>Source: Efron, «Bootstrap methods: another look at the jackknife», Annals of Statistics 1979.</remarks>
public static class Bootstrap
{
    /// <summary>The interval of a mean.</summary>
    /// <param name="values">One an item, all finite; at least one.</param>
    /// <param name="seed">Of the resamples. The same seed draws the same items for values of the same length.</param>
    /// <param name="resamples">At least 1.</param>
    /// <param name="level">Above 0 and below 1.</param>
    /// <returns>The interval; with one value it has no width, which says nothing.</returns>
    public static Interval Mean(ReadOnlySpan<double> values, ulong seed, int resamples = 10_000, double level = 0.95)
    {
        ArgumentOutOfRangeException.ThrowIfZero(values.Length);
        return Of(values, Average, seed, resamples, level);
    }

    /// <summary>The interval of a median, for values of which a few are far from all others: <see cref="Interval.Mean"/> is then the median.</summary>
    /// <param name="values">One an item, all finite; at least one.</param>
    /// <param name="seed">Of the resamples.</param>
    /// <param name="resamples">At least 1.</param>
    /// <param name="level">Above 0 and below 1.</param>
    public static Interval Median(ReadOnlySpan<double> values, ulong seed, int resamples = 10_000, double level = 0.95)
    {
        ArgumentOutOfRangeException.ThrowIfZero(values.Length);
        return Of(values, MedianOf, seed, resamples, level);
    }

    /// <summary>The interval of the mean difference of pairs: items are drawn, and both values of an item with it.</summary>
    /// <param name="values">One an item.</param>
    /// <param name="others">The other's values of the same items, in the same order.</param>
    /// <param name="seed">Of the resamples.</param>
    /// <param name="resamples">At least 1.</param>
    /// <param name="level">Above 0 and below 1.</param>
    public static Interval Difference(ReadOnlySpan<double> values, ReadOnlySpan<double> others, ulong seed, int resamples = 10_000, double level = 0.95) =>
        Mean(Differences(values, others), seed, resamples, level);

    /// <summary>values − others, item by item.</summary>
    internal static double[] Differences(ReadOnlySpan<double> values, ReadOnlySpan<double> others)
    {
        if (values.Length != others.Length)
        {
            throw new ArgumentException($"Pairs need as many values on both sides; there are {values.Length} and {others.Length}.", nameof(others));
        }

        double[] differences = new double[values.Length];
        for (int i = 0; i < differences.Length; i++)
        {
            differences[i] = values[i] - others[i];
        }

        return differences;
    }

    internal static double Average(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }

    private delegate double Statistic(ReadOnlySpan<double> values);

    private static Interval Of(ReadOnlySpan<double> values, Statistic statistic, ulong seed, int resamples, double level)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resamples);
        double[] found = new double[resamples], drawn = new double[values.Length];
        for (int draw = 0; draw < resamples; draw++)
        {
            var random = Rng.At(seed, draw);
            for (int i = 0; i < drawn.Length; i++)
            {
                drawn[i] = values[random.NextInt32(values.Length)];
            }

            found[draw] = statistic(drawn);
        }

        Array.Sort(found);
        return new(statistic(values), Quantile(found, (1 - level) / 2), Quantile(found, (1 + level) / 2), level, values.Length);
    }

    /// <summary>The middle value, or the mean of the two in the middle.</summary>
    internal static double MedianOf(ReadOnlySpan<double> values)
    {
        double[] sorted = values.ToArray();
        Array.Sort(sorted);
        return Quantile(sorted, 0.5);
    }

    /// <summary>Linear between the two nearest of the sorted values.</summary>
    internal static double Quantile(double[] sorted, double share)
    {
        double position = share * (sorted.Length - 1);
        int low = (int)position;
        return sorted[low] + ((position - low) * (sorted[Math.Min(low + 1, sorted.Length - 1)] - sorted[low]));
    }
}
