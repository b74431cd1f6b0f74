namespace Unmask.Metrics;

/// <summary>How far the values of repeated runs lie apart.</summary>
internal static class RunSpread
{
    /// <summary>Sums up the runs of one method under one metric.</summary>
    public static RunDeviation Of(string method, IMetric metric, EvaluationOptions options, int runs, List<JournalEntry> values, double? correlation)
    {
        JournalEntry[][] items = [.. values.GroupBy(entry => entry.Item, StringComparer.Ordinal).Select(item => item.Where(entry => entry.Value is not null).OrderBy(entry => entry.Run).ToArray())];
        double[] variances = [.. items.Where(item => item.Length > 1).Select(item => Variance([.. item.Select(entry => entry.Value!.Value)]))];
        JournalEntry[][] complete = [.. items.Where(item => item.Length == runs)];
        var statistic = new ItemStatistic(metric, options);
        double[] means = complete.Length == 0 ? [] : [.. Enumerable.Range(0, runs).Select(run => statistic.Of([.. complete.Select(item => item[run])]))];
        return new(method, metric.Id, runs, variances.Length == 0 ? null : Math.Sqrt(variances.Average()), means.Length < 2 ? null : Math.Sqrt(Variance(means)), correlation);
    }

    /// <summary>Of a sample: divided by n − 1.</summary>
    private static double Variance(double[] values)
    {
        double mean = values.Average();
        return values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1);
    }
}
