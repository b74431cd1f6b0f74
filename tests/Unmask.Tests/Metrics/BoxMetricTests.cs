using Unmask.Graphs;
using Unmask.Imaging;
using Unmask.Metrics;
using Unmask.Tests.Support;

namespace Unmask.Tests.Metrics;

/// <summary>Metrics about boxes and soft masks, on maps whose values are known.</summary>
public sealed class BoxMetricTests
{
    private static readonly RegionOptions AsItIs = new() { Scale = MapScaling.None };

    [Theory]
    [InlineData(RegionRule.Quantile, 3)]
    [InlineData(RegionRule.Mean, 3)]
    [InlineData(RegionRule.Half, 3)]
    public void A_mask_of_three_ones_of_ten_keeps_three(RegionRule rule, int expected) =>
        Assert.Equal(expected, Kept([0, 0, 1, 0, 1, 1, 0, 0, 0, 0], AsItIs with { Rule = rule }));

    [Theory]
    [InlineData(0.5f, 0)]
    [InlineData(0, 0)]
    [InlineData(1, 10)]
    public void A_constant_mask_is_nothing_unless_it_is_one(float value, int expected) => Assert.Equal(expected, Kept([.. Enumerable.Repeat(value, 10)], AsItIs));

    [Fact]
    public void The_quantile_rule_and_the_mean_rule_differ_on_a_skewed_mask()
    {
        // Mean 0.369: k = 1 + ⌊9 · 0.631 + 0.5⌋ = 7, the seventh smallest is 0.41; above the mean are six.
        float[] skewed = [0, 0, 0.3f, 0.35f, 0.38f, 0.4f, 0.41f, 0.42f, 0.43f, 1];
        Assert.Equal(3, Kept(skewed, AsItIs));
        Assert.Equal(6, Kept(skewed, AsItIs with { Rule = RegionRule.Mean }));
    }

    [Fact]
    public void The_box_lies_around_the_largest_piece_whose_pixels_share_edges()
    {
        float[] mask = Mask("""
            ##......
            ##..###.
            ..#.#...
            ....#..#
            """);
        Assert.Equal(new PixelBox(4, 1, 7, 4), MapRegion.Box(mask, 4, 8, AsItIs));
        Assert.Equal(new PixelBox(0, 0, 8, 4), MapRegion.Box(mask, 4, 8, AsItIs with { Part = RegionPart.All }));
        bool[] region = [.. mask.Select(value => value > 0)];
        Assert.Equal([4, 5, 1, 1], new ConnectedPieces(8, 4, corners: false).Of(region).Select(piece => piece.Size));
        Assert.Equal([5, 5, 1], new ConnectedPieces(8, 4, corners: true).Of(region).Select(piece => piece.Size));
    }

    [Fact]
    public void Boxes_overlap_by_common_over_united_area()
    {
        var box = new PixelBox(0, 0, 10, 10);
        Assert.Equal(1, box.Overlap(box));
        Assert.Equal(1 / 3.0, box.Overlap(new(5, 0, 15, 10)));
        Assert.Equal(0, box.Overlap(new(10, 0, 20, 10)));
        Assert.Equal(0, default(PixelBox).Overlap(default));
        // Inclusive ends: (0, 0, 9, 9) and (5, 0, 14, 9).
        Assert.Equal(1 / 3.0, new PixelBox(0, 0, 9, 9).InclusiveOverlap(new(5, 0, 14, 9), 224, 224));
        Assert.Equal(1, new PixelBox(3, 3, 8, 8).InclusiveOverlap(new(3, 3, 8, 8), 8, 8));
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(5, 0)]
    public void The_overlap_must_be_above_a_half(int rows, double error)
    {
        // The region is 8 × 8 = 64 pixels; a box of 8 · rows inside of it overlaps by rows ÷ 8.
        float[] map = new float[256];
        Fill(map, 16, 2, 2, 8, 8);
        Assert.Equal(error, Measure(new LocalizationError(), map, GroundTruth.FromBoxes(16, 16, new Region(2, 2, 8, rows))).Value);
    }

    [Fact]
    public void The_best_of_several_boxes_counts_and_a_map_without_region_is_wrong()
    {
        float[] map = new float[256];
        Fill(map, 16, 2, 2, 8, 8);
        var truth = GroundTruth.FromBoxes(16, 16, new Region(12, 12, 4, 4), new Region(2, 2, 8, 7));
        Assert.Equal(0, Measure(new LocalizationError(), map, truth).Value);
        var none = Measure(new LocalizationError(), new float[256], truth);
        Assert.Equal(1, none.Value);
        Assert.Contains("no region", Assert.Single(none.Notes), StringComparison.Ordinal);
        Assert.Equal(1, Measure(new LocalizationError(), [.. Enumerable.Repeat(0.5f, 256)], truth).Value);
        // A mask without boxes has the one around all of its pixels.
        bool[] pixels = new bool[256];
        pixels[(2 * 16) + 2] = pixels[(9 * 16) + 9] = true;
        Assert.Equal(new Region(2, 2, 8, 8), Assert.Single(GroundTruth.FromMask(16, 16, pixels).Boxes));
        Assert.Equal(0, Measure(new LocalizationError(), map, GroundTruth.FromMask(16, 16, pixels)).Value);
    }

    [Fact]
    public void The_official_metric_also_wants_the_class()
    {
        float[] map = new float[256], weights = [.. Enumerable.Repeat(1f, 256)];
        Fill(map, 16, 2, 2, 8, 8);
        using var model = LinearModels.Load([weights, new float[256]], [0f, 0f], 1, 16, 16);
        var input = model.Prepare(TensorData.Adopt([.. Enumerable.Repeat(1f, 256)], 1, 1, 16, 16))[0];
        var truth = GroundTruth.FromBoxes(16, 16, new Region(2, 2, 8, 8));
        foreach (var (target, box, expected) in new[] { (0, map, 0.0), (1, map, 1), (0, new float[256], 1) })
        {
            Assert.Equal(expected, new OfficialMetric().Measure(MetricSubject.Of(model, input, Target.Class(target), truth), [box])[0].Value);
        }
    }

    [Fact]
    public void F1_is_the_harmonic_mean_of_precision_and_recall()
    {
        // Half of the mask lies on the box, and covers a quarter of it: P = 1/2, R = 1/4.
        float[] map = new float[256];
        Fill(map, 16, 0, 0, 4, 4);
        var truth = GroundTruth.FromBoxes(16, 16, new Region(2, 0, 4, 8), new Region(0, 8, 4, 4));
        Assert.Equal(1 / 3.0, Measure(new MaskF1(), map, truth).Value!.Value, 5);
        Assert.Equal(1 / 6.0, Measure(new MaskF1(new() { Over = OverBoxes.Mean }), map, truth).Value!.Value, 5);
        // Full mask on a quarter: 2 · ¼ ÷ 1¼.
        float[] full = [.. Enumerable.Repeat(1f, 256)];
        bool[] quarter = [.. Enumerable.Range(0, 256).Select(place => place < 64)];
        var soft = new MaskF1(new() { Scale = MapScaling.None, Against = MaskTruth.Mask });
        Assert.Equal(0.4, Measure(soft, full, GroundTruth.FromMask(16, 16, quarter)).Value!.Value, 5);
        Assert.Equal(1, Measure(soft, [.. quarter.Select(on => on ? 1f : 0)], GroundTruth.FromMask(16, 16, quarter)).Value!.Value, 5);
        // A box that sticks out of the picture counts whole: R = 8 of 32.
        Assert.Equal(2 * 0.5 * 0.25 / 0.75, Measure(new MaskF1(), map, GroundTruth.FromBoxes(16, 16, new Region(2, -4, 4, 8))).Value!.Value, 5);
    }

    [Theory]
    [InlineData(10, 10, 0.9, 0.1054)]
    [InlineData(1, 1, 0.9, -2.890)]
    [InlineData(10, 10, 1, 0)]
    [InlineData(5, 4, 0.5, -0.9163)]
    public void The_saliency_metric_is_the_logarithm_of_area_over_probability(int wide, int tall, double probability, double expected)
    {
        // A model that says the same of everything; 100 pixels.
        using var model = LinearModels.Load([new float[100], new float[100]], [probability < 1 ? (float)Math.Log(probability / (1 - probability)) : 100, 0f], 1, 10, 10);
        float[] map = new float[100];
        Fill(map, 10, 0, 0, wide, tall);
        var subject = MetricSubject.Of(model, model.Prepare(TensorData.Adopt(new float[100], 1, 1, 10, 10))[0], Target.Class(0));
        var value = new SaliencyMetric(AsItIs).Measure(subject, [map])[0];
        Assert.Equal(expected, value.Value!.Value, 3);
        Assert.Equal(1, value.ForwardPasses);
        var empty = new SaliencyMetric(AsItIs).Measure(subject, [new float[100]])[0];
        Assert.Equal(Math.Log(0.05) - Math.Log(probability), empty.Value!.Value, 3);
        Assert.Single(empty.Notes);
    }

    [Fact]
    public void The_saliency_metric_shows_the_model_what_the_box_holds()
    {
        // The model is the mean brightness; the box is bright, the rest dark.
        using var model = LinearModels.Load([[.. Enumerable.Repeat(0.01f, 100)], new float[100]], [0f, 0f], 1, 10, 10);
        float[] bright = new float[100];
        Fill(bright, 10, 3, 2, 5, 4);
        var subject = MetricSubject.Of(model, model.Prepare(TensorData.Adopt(bright, 1, 1, 10, 10))[0], Target.Class(0));
        double certain = 1 / (1 + Math.Exp(-1));
        Assert.Equal(Math.Log(0.2) - Math.Log(certain), new SaliencyMetric(AsItIs).Measure(subject, [bright])[0].Value!.Value, 5);
    }

    [Fact]
    public void Bicubic_resizing_keeps_cubic_convolutions_properties()
    {
        float[] plane = LinearModels.Values(30, 4);
        Assert.Equal(plane, BicubicResize.Run(plane, 5, 6, 5, 6));
        Assert.All(BicubicResize.Run([.. Enumerable.Repeat(0.7f, 12)], 3, 4, 11, 9), value => Assert.Equal(0.7f, value, 5));
        // Twice as large: weights of distances ¼, ¾, 1¼, 1¾ with a = −¾.
        float[] row = BicubicResize.Run([0, 0, 0, 1, 0, 0, 0], 1, 7, 1, 14);
        Assert.Equal([-0.03515625f, -0.10546875f, 0.26171875f, 0.87890625f, 0.87890625f, 0.26171875f, -0.10546875f, -0.03515625f], row[3..11]);
    }

    private static int Kept(float[] mask, RegionOptions options) => MapRegion.Of(mask, options).Count(pixel => pixel);

    private static float[] Mask(string rows) => [.. rows.Where(letter => letter is '#' or '.').Select(letter => letter == '#' ? 1f : 0)];

    private static void Fill(float[] map, int side, int left, int top, int wide, int tall)
    {
        for (int y = top; y < top + tall; y++)
        {
            map.AsSpan((y * side) + left, wide).Fill(1);
        }
    }

    private static MetricValue Measure(IMetric metric, float[] map, GroundTruth truth)
    {
        using var model = LinearModels.Load([new float[256]], [0f], 1, 16, 16);
        return metric.Measure(MetricSubject.Of(model, model.Prepare(TensorData.Adopt(new float[256], 1, 1, 16, 16))[0], default, truth), [map])[0];
    }
}
