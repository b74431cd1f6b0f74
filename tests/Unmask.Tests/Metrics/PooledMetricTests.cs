using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Imaging;
using Unmask.Metrics;
using Unmask.Tests.Support;

namespace Unmask.Tests.Metrics;

/// <summary>Metrics of a whole data set: one threshold for all maps.</summary>
public sealed class PooledMetricTests
{
    private const int Side = 16;

    private static readonly GroundTruth Truth = GroundTruth.FromBoxes(Side, Side, new Region(4, 2, 8, 8));

    [Fact]
    public void The_object_itself_has_a_precision_of_one_and_a_constant_map_the_prevalence()
    {
        var metric = new PixelAveragePrecision();
        float[] itself = [.. Truth.Pixels.ToArray().Select(on => on ? 1f : 0)];
        Assert.Equal(1, Measure(metric, itself).Value!.Value, 12);
        Assert.Equal(0.25, Measure(metric, [.. Enumerable.Repeat(0.3f, Side * Side)]).Value!.Value, 12);
        // Worst order: the object's 64 pixels come last, at a precision of ¼.
        Assert.Equal(0.25, Measure(metric, [.. itself.Select(value => 1 - value)]).Value!.Value, 12);
    }

    [Fact]
    public void Average_precision_sums_precision_times_gain_in_recall()
    {
        // Three levels: 32 of the object; 32 beside it; the other 32 of the object with the rest.
        float[] map = [.. Truth.Pixels.ToArray().Select((on, place) => on ? place / Side < 6 ? 1f : 0 : place < 2 * Side ? 0.5f : 0)];
        Assert.Equal((0.5 * 1) + (0.5 * 64 / 256), Measure(new PixelAveragePrecision(), map).Value!.Value, 12);
    }

    [Fact]
    public void Box_accuracy_looks_at_the_largest_piece_and_v2_at_all()
    {
        // A large piece elsewhere, a smaller one on the object.
        float[] map = new float[Side * Side];
        for (int place = 0; place < map.Length; place++)
        {
            int x = place % Side, y = place / Side;
            map[place] = y >= 11 ? 1 : x is >= 4 and < 12 && y is >= 2 and < 10 ? 0.6f : 0;
        }

        Assert.Equal(0, Measure(new MaxBoxAccuracy(), map).Value);
        Assert.Equal(1, Measure(new MaxBoxAccuracyV2(), map).Value);
        float[] itself = [.. Truth.Pixels.ToArray().Select(on => on ? 1f : 0)];
        Assert.Equal(1, Measure(new MaxBoxAccuracy(), itself).Value);
        Assert.Equal(0, Measure(new MaxBoxAccuracy(), new float[Side * Side]).Value);
    }

    [Fact]
    public void Half_an_object_satisfies_only_the_weaker_demands()
    {
        // 8 × 5 of 8 × 8: an overlap of 0.625.
        float[] map = [.. Truth.Pixels.ToArray().Select((on, place) => on && place / Side < 7 ? 1f : 0)];
        Assert.Equal(2 / 3.0, Measure(new MaxBoxAccuracyV2(), map).Value!.Value, 12);
        Assert.Equal(1, Measure(new MaxBoxAccuracy(), map).Value);
    }

    [Fact]
    public void One_threshold_serves_all_maps()
    {
        // Each map is right at some threshold, but there is none at which both are.
        float[] low = [.. Truth.Pixels.ToArray().Select((on, place) => place == 0 ? 1f : on ? 0.3f : 0)];
        float[] high = [.. Truth.Pixels.ToArray().Select(on => on ? 1f : 0.6f)];
        var metric = new MaxBoxAccuracy();
        var first = Measure(metric, low);
        var second = Measure(metric, high);
        Assert.Equal((1.0, 1.0), (first.Value!.Value, second.Value!.Value));
        // The first is right below 0.3 on its largest piece, the second everywhere after its own stretch to 0 … 1.
        double[] totals = [.. first.Tally!.Value.Zip(second.Tally!.Value, (one, other) => one + other)];
        Assert.Equal(1, metric.Pool(totals, 2));
        double[] apart = [.. first.Tally.Value.Select(hit => hit + (1 - hit))];
        Assert.Equal(0.5, metric.Pool(apart, 2));
    }

    [Fact]
    public void Intervals_and_tests_are_of_the_pooled_value()
    {
        var metric = new PixelAveragePrecision();
        var statistics = new PooledStatistics(metric, 3, 400, 0.95);
        ImmutableArray<double>[] good = [.. Enumerable.Range(0, 12).Select(item => Measure(metric, Noisy(item, 1)).Tally!.Value)];
        ImmutableArray<double>[] noise = [.. Enumerable.Range(0, 12).Select(item => Measure(metric, Noisy(item, 0)).Tally!.Value)];
        var interval = statistics.Mean(good);
        Assert.InRange(interval.Mean, interval.Low, interval.High);
        Assert.True(interval.High > interval.Low);
        var difference = statistics.Difference(good, noise);
        Assert.Equal(interval.Mean - statistics.Of(noise), difference.Mean, 12);
        Assert.True(difference.Low > 0);
        Assert.True(statistics.PValue(good, noise) < 0.01);
        Assert.Equal(1, statistics.PValue(good, good));
        Assert.Equal(0, statistics.Difference(good, good).High);
        // The value of all is not the mean of the values of each.
        Assert.NotEqual(good.Average(tally => metric.Pool(tally.AsSpan(), 1)), interval.Mean, 6);
    }

    [Fact]
    public void A_report_pools_what_its_journal_keeps()
    {
        using var folder = new TemporaryFolder();
        string journal = Path.Combine(folder.Path, "journal.jsonl");
        using var model = LinearModels.Load([new float[Side * Side]], [0f], 1, Side, Side);
        EvaluationItem[] items = [.. Enumerable.Range(0, 4).Select(item => EvaluationItem.Of($"item {item}", model.Prepare(TensorData.Adopt(Noisy(item, 0.3f), 1, 1, Side, Side))[0]) with { Truth = () => Truth, Group = "all" })];
        var methods = new[] { EvaluationMethod.FromCatalogue(model, "center"), EvaluationMethod.FromCatalogue(model, "random") };
        IMetric[] metrics = [new PixelAveragePrecision(), new LocalizationError()];
        var whole = new Evaluation(model, new() { Resamples = 200 }).Run(items, methods, metrics);
        _ = new Evaluation(model, new() { Resamples = 200, JournalFile = journal }).Run(items[..2], methods, metrics);
        var resumed = new Evaluation(model, new() { Resamples = 200, JournalFile = journal }).Run(items, methods, metrics);
        Assert.Equal(whole.Summaries.Select(summary => summary.Mean), resumed.Summaries.Select(summary => summary.Mean));
        Assert.Equal(whole.Differences.Select(difference => difference.PValue), resumed.Differences.Select(difference => difference.PValue));
        Assert.Equal(whole.Summaries[0].Mean!.Value.Mean, whole.Summaries[0].MacroMean!.Value, 12);
        // The bell is the same on every item, so its pooled value is that of one.
        Assert.Equal(whole.Values.First(value => value.Metric == PixelAveragePrecision.MetricId).Value!.Value, whole.Summaries[0].Mean!.Value.Mean, 12);
    }

    /// <summary>Noise, with the object added by a weight.</summary>
    private static float[] Noisy(int item, float weight) => [.. LinearModels.Values(Side * Side, (ulong)item).Zip(Truth.Pixels.ToArray(), (noise, on) => noise + (on ? weight : 0))];

    private static MetricValue Measure(IMetric metric, float[] map)
    {
        using var model = LinearModels.Load([new float[Side * Side]], [0f], 1, Side, Side);
        return metric.Measure(MetricSubject.Of(model, model.Prepare(TensorData.Adopt(new float[Side * Side], 1, 1, Side, Side))[0], default, Truth), [map])[0];
    }
}
