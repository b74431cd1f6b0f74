using Unmask.Graphs;
using Unmask.Imaging;
using Unmask.Metrics;
using Unmask.Tests.Support;

namespace Unmask.Tests.Metrics;

public sealed class LocalizationTests
{
    [Theory]
    [InlineData(0, 14, 15, 1)]
    [InlineData(0, 15, 15, 0)]
    [InlineData(10, 11, 15, 1)]
    [InlineData(9, 12, 15, 0)]
    [InlineData(0, 0, 0, 1)]
    [InlineData(0, 1, 0, 0)]
    [InlineData(0, 1, 1, 0)]
    public void The_point_hits_when_its_distance_is_below_the_tolerance(int right, int down, double tolerance, double expected)
    {
        const int side = 40;
        float[] map = new float[side * side];
        map[((10 + down) * side) + 10 + right] = 1;
        bool[] mask = new bool[side * side];
        mask[(10 * side) + 10] = true;
        Assert.Equal(expected, Measure(new PointingGame(new() { Tolerance = tolerance }), side, side, map, GroundTruth.FromMask(side, side, mask)).Value);
    }

    [Fact]
    public void Ties_count_in_shares_and_are_noted()
    {
        bool[] mask = new bool[100];
        mask.AsSpan(0, 30).Fill(true);
        var truth = GroundTruth.FromMask(10, 10, mask);
        var value = Measure(new PointingGame(new() { Tolerance = 0 }), 10, 10, new float[100], truth);
        Assert.Equal(0.3, value.Value);
        Assert.Equal(1, value.TieFraction);
        Assert.Contains("100 pixels", Assert.Single(value.Notes), StringComparison.Ordinal);
        float[] two = new float[100];
        two[5] = two[95] = 1;
        Assert.Equal(0.5, Measure(new PointingGame(new() { Tolerance = 0 }), 10, 10, two, truth).Value);
    }

    [Fact]
    public void The_map_is_laid_over_the_part_of_the_picture_that_the_model_saw()
    {
        // 200 × 100 is brought to 20 × 10, of which the middle 8 × 8 is seen: x from 60 to 140, y from 10 to 90.
        using var model = LinearModels.Load([new float[64 * 3]], [0f], 3, 8, 8, new() { Preprocessing = Preprocessing.Unit with { ResizeTo = 10 } });
        var input = model.Prepare(Image.Filled(200, 100, Rgb.White));
        float[] map = new float[64];
        map[(2 * 8) + 5] = 1;
        foreach (var (x, y, expected) in new[] { (115, 35, 1.0), (114, 34, 1.0), (100, 35, 0.0), (115, 55, 0.0) })
        {
            var truth = GroundTruth.FromBoxes(200, 100, new Region(x - 3, y - 3, 6, 6));
            Assert.Equal(expected, new PointingGame(new() { Tolerance = 0 }).Measure(MetricSubject.Of(model, input, default, truth), [map])[0].Value);
        }

        bool[] seen = GroundTruth.FromBoxes(200, 100, new Region(110, 0, 90, 40)).OnModelPixels(input);
        Assert.Equal(9, seen.Count(pixel => pixel));
        Assert.True(seen[(2 * 8) + 5] && seen[7] && !seen[(3 * 8) + 5] && !seen[4]);
    }

    [Fact]
    public void A_uniform_map_is_at_chance()
    {
        bool[] mask = new bool[80];
        mask.AsSpan(10, 20).Fill(true);
        var truth = GroundTruth.FromMask(10, 8, mask);
        float[] map = [.. Enumerable.Repeat(0.7f, 80)];
        Assert.Equal(0.25, Measure(new RelevanceMass(), 8, 10, map, truth).Value!.Value, 12);
        Assert.Equal(0.25, Measure(new RankAccuracy(), 8, 10, map, truth).Value!.Value, 12);
        Assert.Equal(0.5, Measure(new LocalizationAuc(), 8, 10, map, truth).Value!.Value, 12);
    }

    // A rank sum of tied pixels is beyond 32 bits where an object fills a usual picture.
    [Fact]
    public void A_large_uniform_map_is_at_chance_too()
    {
        bool[] mask = new bool[224 * 224];
        mask.AsSpan(0, 45_000).Fill(true);
        float[] map = new float[mask.Length];
        Assert.Equal(0.5, Measure(new LocalizationAuc(), 224, 224, map, GroundTruth.FromMask(224, 224, mask)).Value!.Value, 12);
    }

    [Fact]
    public void The_object_itself_is_the_best_map_and_its_surroundings_the_worst()
    {
        bool[] mask = [.. LinearModels.Values(80, 1).Select(value => value > 0.3f)];
        var truth = GroundTruth.FromMask(10, 8, mask);
        float[] inside = [.. mask.Select(on => on ? 1f : 0)], outside = [.. mask.Select(on => on ? 0f : 1)];
        foreach (IMetric metric in new IMetric[] { new RelevanceMass(), new RankAccuracy(), new LocalizationAuc(), new PointingGame(new() { Tolerance = 0 }) })
        {
            Assert.Equal(1, Measure(metric, 8, 10, inside, truth).Value);
            Assert.Equal(0, Measure(metric, 8, 10, outside, truth).Value);
        }
    }

    [Fact]
    public void Negative_relevance_is_no_mass() =>
        Assert.Equal(0.75, Measure(new RelevanceMass(), 1, 4, [3, -5, 1, -100], GroundTruth.FromMask(4, 1, [true, true, false, false])).Value);

    [Fact]
    public void What_is_not_defined_says_why()
    {
        float[] map = [1, 2, 3, 4];
        foreach (IMetric metric in new IMetric[] { new RelevanceMass(), new RankAccuracy(), new LocalizationAuc(), new PointingGame() })
        {
            Assert.Contains("no pixel", Measure(metric, 1, 4, map, GroundTruth.FromMask(4, 1, new bool[4])).Undefined, StringComparison.Ordinal);
            Assert.Contains("nobody said", Measure(metric, 1, 4, map, null).Undefined, StringComparison.Ordinal);
            var broken = Measure(metric, 1, 4, [1, float.NaN, 2, 3], GroundTruth.FromMask(4, 1, [true, false, false, false]));
            Assert.Null(broken.Value);
            Assert.Contains("NaN", broken.Undefined, StringComparison.Ordinal);
        }

        Assert.Contains("no positive", Measure(new RelevanceMass(), 1, 4, [-1, 0, -2, 0], GroundTruth.FromMask(4, 1, [true, false, false, false])).Undefined, StringComparison.Ordinal);
    }

    [Fact]
    public void Boxes_hold_the_pixels_whose_centres_they_hold()
    {
        var truth = GroundTruth.FromBoxes(10, 6, new Region(0.4, 1.6, 3, 2), new Region(8, -5, 40, 7));
        Assert.Equal(6 + 4, truth.Count);
        Assert.True(truth[0, 2] && truth[2, 3] && !truth[3, 2] && truth[8, 0] && truth[9, 1] && !truth[9, 2]);
        Assert.Equal(0, GroundTruth.FromBoxes(10, 6, new Region(20, 20, 5, 5)).Count);
        var problem = Assert.Throws<UnmaskException>(() => Measure(new RelevanceMass(), 1, 4, [1, 2, 3, 4], truth));
        Assert.Contains("10 × 6", problem.Message, StringComparison.Ordinal);
    }

    private static MetricValue Measure(IMetric metric, int height, int width, float[] map, GroundTruth? truth)
    {
        using var model = LinearModels.Load([new float[height * width]], [0f], 1, height, width);
        return metric.Measure(MetricSubject.Of(model, model.Prepare(TensorData.Adopt(new float[height * width], 1, 1, height, width))[0], default, truth), [map])[0];
    }
}
