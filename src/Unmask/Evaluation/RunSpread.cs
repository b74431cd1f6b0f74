namespace Unmask.Metrics;

/// <summary>How far the values of repeated runs lie apart.</summary>
internal static class RunSpread
{
    /// <summary>Sums up the runs of one method under one metric.</summary>
    public static RunDeviation Of(string method, string metric, int runs, List<JournalEntry> values, double? correlation)
    {
        double[][] items = [.. values.GroupBy(entry => entry.Item, StringComparer.Ordinal).Select(item => item.OrderBy(entry => entry.Run).Select(entry => entry.Value).OfType<double>().ToArray())];
        double[] variances = [.. items.Where(item => item.Length > 1).Select(Variance)];
        double[][] complete = [.. items.Where(item => item.Length == runs)];
        double[] means = complete.Length == 0 ? [] : [.. Enumerable.Range(0, runs).Select(run => complete.Average(item => item[run]))];
        return new(method, metric, runs, variances.Length == 0 ? null : Math.Sqrt(variances.Average()), means.Length < 2 ? null : Math.Sqrt(Variance(means)), correlation);
    }

    /// <summary>Of a sample: divided by n − 1.</summary>
    private static double Variance(double[] values)
    {
        double mean = values.Average();
        return values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1);
    }
}
