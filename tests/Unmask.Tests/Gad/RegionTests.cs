using Unmask.Graphs;
using Unmask.Metrics;
using Unmask.Tests.Support;

namespace Unmask.Tests.Gad;

/// <summary>Hulls, what is important, and the two metrics of regions.</summary>
public sealed class RegionTests
{
    private const int Width = 12;

    [Fact]
    public void A_square_and_its_middle_have_four_corners()
    {
        var hull = ConvexHull.Of(At((0, 0), (9, 0), (0, 9), (9, 9), (4, 4)), Width);
        Assert.Equal(4, hull.Corners.Length);
        Assert.Equal((81, 100, false), (hull.PolygonArea, hull.PixelCount, hull.IsDegenerate));
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(1, 1, 0)]
    [InlineData(2, 3, 1)]
    [InlineData(3, 1, 0)]
    [InlineData(4, 1, 1)]
    [InlineData(3, 2, 1)]
    public void Few_pixels_and_pixels_on_a_line_have_no_inside(int count, int stepX, int stepY)
    {
        // No step passes a pixel in between, so that the hull holds the pixels themselves and no other.
        var hull = ConvexHull.Of(At([.. Enumerable.Range(0, count).Select(i => (1 + (i * stepX), 2 + (i * stepY)))]), Width);
        Assert.Equal((true, 0.0, count), (hull.IsDegenerate, hull.PolygonArea, hull.PixelCount));
    }

    [Fact]
    public void A_hull_holds_its_pixels_and_is_what_all_half_planes_leave()
    {
        for (int item = 0; item < 60; item++)
        {
            bool[] pixels = Drawn(item, 3 + (item % 9));
            var hull = ConvexHull.Of(pixels, Width);
            var points = Enumerable.Range(0, pixels.Length).Where(at => pixels[at]).Select(at => (X: at % Width, Y: at / Width)).ToList();
            // Inside: on the same side as, or on, every line through two points that has all points on one side.
            var lines = points.SelectMany(one => points.Where(other => other != one).Select(other => (one, other))).Where(line => points.TrueForAll(point => Turn(line.one, line.other, point) >= 0)).ToList();
            for (int at = 0; at < pixels.Length; at++)
            {
                (int X, int Y) place = (at % Width, at / Width);
                bool inside = lines.TrueForAll(line => Turn(line.one, line.other, place) >= 0)
                    && place.X >= points.Min(point => point.X) && place.X <= points.Max(point => point.X) && place.Y >= points.Min(point => point.Y) && place.Y <= points.Max(point => point.Y);
                Assert.True(inside == hull.Mask[at], $"item {item}, pixel {place}: {inside}");
            }
        }
    }

    [Fact]
    public void Turning_and_moving_pixels_turns_and_moves_the_hull()
    {
        for (int item = 0; item < 20; item++)
        {
            bool[] pixels = Drawn(item, 7, side: Width - 2), turned = new bool[Width * Width], moved = new bool[Width * Width];
            for (int at = 0; at < pixels.Length; at++)
            {
                int x = at % Width, y = at / Width;
                if (pixels[at])
                {
                    turned[(x * Width) + Width - 1 - y] = true;
                    moved[((y + 2) * Width) + x + 1] = true;
                }
            }

            var hull = ConvexHull.Of(pixels, Width);
            foreach (var other in (ConvexHull[])[ConvexHull.Of(turned, Width), ConvexHull.Of(moved, Width)])
            {
                Assert.Equal((hull.PixelCount, hull.PolygonArea, hull.Corners.Length), (other.PixelCount, other.PolygonArea, other.Corners.Length));
            }
        }
    }

    [Fact]
    public void The_same_map_has_a_complexity_of_1_and_a_part_of_it_at_most_1()
    {
        for (int item = 0; item < 30; item++)
        {
            float[] map = LinearModels.Values(Width * Width, (ulong)item), part = GadItemRun.RandomPart(map, 20, Rng.At(7, item));
            Assert.Equal((1.0, RegionOutcome.NotSmaller), (RegionComplexity.Of(map, map, Width, HullPixels.Retained).Ratio, RegionComplexity.Of(map, map, Width, HullPixels.TopHalf).Outcome));
            Assert.Equal(20, part.Count(value => value != 0));
            Assert.All(part.Zip(map), pair => Assert.True(pair.First == 0 || pair.First == pair.Second));
            Assert.InRange(RegionComplexity.Of(map, part, Width, HullPixels.Retained).Ratio ?? 2, 0, 1);
        }

        var none = RegionComplexity.Of(new float[Width * Width], new float[Width * Width], Width, HullPixels.Retained);
        Assert.Equal((RegionOutcome.Degenerate, null), (none.Outcome, none.Ratio));
    }

    [Fact]
    public void The_larger_half_of_a_part_may_have_a_larger_hull_than_that_of_the_whole()
    {
        // The whole's larger half is a small block; the part keeps one of its pixels, and its own larger half reaches three corners of the map.
        float[] whole = new float[Width * Width];
        foreach (var (at, place) in At((1, 1), (2, 1), (1, 2), (2, 2), (0, 0), (11, 0), (0, 11), (11, 11)).Index().Where(pair => pair.Item).Select(pair => pair.Index).OrderBy(place => place % Width is 1 or 2 ? 0 : 1).Index())
        {
            whole[place] = 9 - at;
        }

        float[] part = [.. whole.Select(value => value is 9 or 8 or 7 or 2 ? 0 : value)];
        Assert.Equal(RegionOutcome.Degenerate, RegionComplexity.Of(whole, part, Width, HullPixels.TopHalf).Outcome);
        part = [.. whole.Select(value => value is 9 or 8 or 7 ? 0 : value)];
        var regions = RegionComplexity.Of(whole, part, Width, HullPixels.TopHalf);
        Assert.Equal((4, RegionOutcome.NotSmaller), (regions.Original.PixelCount, regions.Outcome));
        Assert.True(regions.Ratio > 4);
        Assert.Equal(1, RegionComplexity.Of(whole, part, Width, HullPixels.Retained).Ratio);
    }

    [Fact]
    public void Every_region_of_a_sum_of_pixels_has_a_sensitivity_of_1_on_ones_and_of_0_where_nothing_depends_on_them()
    {
        float[] ones = [.. Enumerable.Repeat(1f, Width * Width)];
        using var model = LinearModels.Load([ones, new float[Width * Width]], [0, 3], 1, Width, Width);
        var input = model.Prepare(TensorData.Adopt(ones, 1, 1, Width, Width))[0];
        for (int item = 0; item < 5; item++)
        {
            bool[] region = Drawn(item, 1 + (11 * item));
            Assert.Equal(1, RegionSensitivity.Of(model, input, 0, region, Infill.Zero) ?? 0, 1e-5);
            Assert.Equal(0, RegionSensitivity.Of(model, input, 1, region, Infill.Zero));
        }

        Assert.Null(RegionSensitivity.Of(model, input, 0, new bool[Width * Width]));
    }

    [Fact]
    public void Half_of_the_pixels_are_important_but_never_one_of_0()
    {
        float[] map = [0, -4, 3, 0.5f, 0, 2, -1, 0];
        Assert.Equal([false, true, true, false, false, true, true, false], PixelImportance.TopHalf.Of(map));
        Assert.Equal([false, true, true, true, false, true, true, false], PixelImportance.Top(0.9).Of(map));
        Assert.Equal([false, true, true, false, false, true, false, false], PixelImportance.TopOfNonzero(0.5).Of(map));
        Assert.Equal([false, true, true, false, false, false, false, false], PixelImportance.AboveFractionOfMaximum(0.5).Of(map));
        Assert.DoesNotContain(true, PixelImportance.Top(0).Of(map));
        // Equal magnitudes are all kept: which of them would be dropped?
        Assert.Equal([true, true, true, false], PixelImportance.Top(0.5).Of([1, -1, 1, 0]));
    }

    [Theory]
    [InlineData("top:0.5")]
    [InlineData("nonzero:0.25")]
    [InlineData("max:0.1")]
    public void A_rule_is_written_as_it_is_read(string text) => Assert.Equal(text, PixelImportance.Parse(text).ToString());

    [Theory]
    [InlineData("half")]
    [InlineData("top:x")]
    [InlineData("least:0.5")]
    public void Other_rules_are_refused(string text) => Assert.Contains("max:FRACTION", Assert.Throws<FormatException>(() => PixelImportance.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_fraction_beyond_1_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => PixelImportance.Parse("top:1.5"));

    private static bool[] At(params (int X, int Y)[] places)
    {
        bool[] pixels = new bool[Width * Width];
        Array.ForEach(places, place => pixels[(place.Y * Width) + place.X] = true);
        return pixels;
    }

    /// <summary>Pixels drawn in the upper left part, and three that are on no line.</summary>
    private static bool[] Drawn(int item, int count, int side = Width)
    {
        var random = Rng.At(5, item);
        bool[] pixels = At((0, 0), (side - 1, 1), (2, side - 1));
        for (int i = 0; i < count; i++)
        {
            pixels[(random.NextInt32(side) * Width) + random.NextInt32(side)] = true;
        }

        return pixels;
    }

    private static long Turn((int X, int Y) a, (int X, int Y) b, (int X, int Y) c) => ((b.X - a.X) * (c.Y - a.Y)) - ((b.Y - a.Y) * (c.X - a.X));
}
