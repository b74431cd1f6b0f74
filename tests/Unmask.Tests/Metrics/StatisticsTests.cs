using Unmask.Metrics;

namespace Unmask.Tests.Metrics;

public sealed class StatisticsTests
{
    [Fact]
    public void The_bootstrap_interval_of_normal_values_is_that_of_normal_theory()
    {
        double[] values = Normal(400, seed: 1);
        double mean = values.Average(), error = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / values.Length / values.Length);
        var interval = Bootstrap.Mean(values, seed: 2);
        Assert.Equal(mean, interval.Mean, 12);
        // The percentiles of 10,000 resamples are themselves off by about 2 % of the interval.
        Assert.Equal(mean - (1.96 * error), interval.Low, 0.06 * error);
        Assert.Equal(mean + (1.96 * error), interval.High, 0.06 * error);
        var narrow = Bootstrap.Mean(values, seed: 2, level: 0.6827);
        Assert.Equal(mean - error, narrow.Low, 0.04 * error);
        Assert.Equal(interval, Bootstrap.Mean(values, seed: 2));
        Assert.NotEqual(interval, Bootstrap.Mean(values, seed: 3));
    }

    [Fact]
    public void About_95_of_100_intervals_hold_the_true_mean()
    {
        int held = Enumerable.Range(0, 400).Count(sample => Bootstrap.Mean(Normal(50, (ulong)sample + 10), seed: 1, resamples: 500).Holds(0));
        // Percentile intervals of 50 values hold a little less than they promise; 3.5 standard deviations of the count around 94 %.
        Assert.InRange(held, 376 - 17, 376 + 17);
    }

    [Fact]
    public void The_interval_of_a_median_is_that_of_order_statistics_and_does_not_mind_one_value_far_off()
    {
        double[] values = Normal(400, seed: 6);
        var interval = Bootstrap.Median(values, seed: 2, resamples: 4000);
        double[] sorted = [.. values.Order()];
        Assert.Equal((sorted[199] + sorted[200]) / 2, interval.Mean, 12);
        // 95 % of the time the true median lies between the values of these ranks: 200 ± 1.96 · √400 ÷ 2.
        Assert.InRange(interval.Low, sorted[177], sorted[183]);
        Assert.InRange(interval.High, sorted[216], sorted[222]);
        values[Array.IndexOf(values, sorted[^1])] = 1e9;
        Assert.Equal(interval, Bootstrap.Median(values, seed: 2, resamples: 4000));
        Assert.Equal((2.0, 3), (Bootstrap.Median([9, 1, 2], seed: 1).Mean, Bootstrap.Median([9, 1, 2], seed: 1).Count));
    }

    [Fact]
    public void Pairs_are_drawn_together()
    {
        double[] hard = Normal(100, 5);
        double[] easier = [.. hard.Select((value, i) => value + 0.1 + (0.001 * (i % 2)))];
        var difference = Bootstrap.Difference(easier, hard, seed: 1);
        Assert.Equal(0.1005, difference.Mean, 9);
        Assert.InRange(difference.High - difference.Low, 0.0001, 0.0003);
        Assert.Throws<ArgumentException>(() => Bootstrap.Difference(easier, hard.AsSpan(0, 5), seed: 1));
    }

    [Fact]
    public void With_few_items_all_signs_are_tried()
    {
        Assert.Equal(2.0 / 32, SignFlipTest.PValue([1, 2, 3, 4, 5], seed: 0));
        Assert.Equal(1, SignFlipTest.PValue([1, -1], seed: 0));
        Assert.Equal(1, SignFlipTest.PValue([0, 0, 0], seed: 0));
        // |sum| ≥ 4 of ±1 ±2 ±3: six of eight patterns (±6, ±4 and, by −1, ±4).
        Assert.Equal(4.0 / 8, SignFlipTest.PValue([-1, 2, 3], seed: 0));
    }

    [Fact]
    public void Drawn_signs_agree_with_normal_theory()
    {
        // 100 differences of ±1 with sum 20: z = 2 (with continuity 1.9), p = 0.0574 exactly (binomial, two-sided).
        double[] differences = [.. Enumerable.Range(0, 100).Select(i => i < 60 ? 1.0 : -1.0)];
        Assert.Equal(0.0569, SignFlipTest.PValue(differences, seed: 4, draws: 20_000), 0.006);
        Assert.True(SignFlipTest.PValue([.. Enumerable.Repeat(1.0, 50)], seed: 4) <= 1.0 / 10_001 + 1e-12);
    }

    private static double[] Normal(int count, ulong seed) => [.. Enumerable.Range(0, count).Select(i =>
    {
        var random = Rng.At(seed, i);
        return Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    })];

    /// <summary>Newcombe, «Two-sided confidence intervals for the single proportion», Statistics in Medicine 17 (1998), table I, method 3.</summary>
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void Wilsons_interval_is_that_of_the_table(int right, int count, double low, double high)
    {
        var interval = Wilson.Of(right, count);
        Assert.Equal((double)right / count, interval.Mean, 1e-12);
        Assert.Equal(low, interval.Low, 5e-5);
        Assert.Equal(high, interval.High, 5e-5);
        Assert.Equal(1 - interval.Low, Wilson.Of(count - right, count).High, 1e-12);
    }
}
