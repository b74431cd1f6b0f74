using Unmask.Tests.Support;

namespace Unmask.Tests.Perturbations;

/// <summary>What parameters mean: free cells, discs, channels, elements.</summary>
public sealed class MaskGeometryTests
{
    [Fact]
    public void Discs_on_a_picture_of_224_have_the_published_geometry()
    {
        var axis = new DiscAxis(224, step: 7, sigma: 21);
        Assert.Equal((32, 7, 4, 38, 260, 21), (axis.Nodes, axis.Padding, axis.Radius, axis.Middle, axis.Canvas, axis.Margin));
        Assert.Equal(81, ((2 * axis.Radius) + 1) * ((2 * axis.Radius) + 1));
    }

    [Theory]
    [InlineData(32, 4, 6)]
    [InlineData(33, 5, 7)]
    [InlineData(20, 3, 4.5)]
    public void A_canvas_never_ends_before_the_picture(int size, int step, double sigma)
    {
        var axis = new DiscAxis(size, step, sigma);
        Assert.True(axis.Canvas >= axis.Margin + size);
        Assert.True(axis.Middle > 0);
    }

    [Fact]
    public void One_node_is_a_disc_with_a_flat_top_and_a_Gaussian_skirt()
    {
        var layout = LinearModels.Layout(1, 28, 35);
        var map = new SmoothMaxMap(layout, 4, 6);
        float[] cells = new float[map.Down.Nodes * map.Across.Nodes];
        cells[(3 * map.Across.Nodes) + 4] = 1;
        var (mask, _) = MaskEngines.Expand(site => new SmoothMaxMap(site.Layout, 4, 6), layout, cells);
        // The node's pixel on the canvas, then in the cut.
        int y = (4 * (3 + map.Down.Padding - map.Down.Radius)) - map.Down.Margin, x = (4 * (4 + map.Across.Padding - map.Across.Radius)) - map.Across.Margin;
        Assert.Equal(mask.Max(), mask[(y * 35) + x]);
        Assert.Equal(Smooth(1, map), mask[(y * 35) + x], 1e-5f);
        Assert.Equal(Smooth(1, map), mask[(y * 35) + x + 3], 1e-5f);
        double beyond = (5.0 / 6) - 0.5;
        Assert.Equal(Smooth(Math.Exp(-2 * beyond * beyond), map), mask[((y + 3) * 35) + x + 4], 1e-5f);
    }

    [Fact]
    public void Discs_are_at_most_as_steep_as_their_kernel_and_stay_between_0_and_1()
    {
        var layout = LinearModels.Layout(1, 32, 32);
        var random = Rng.At(3, 0);
        float[] cells = [.. Enumerable.Range(0, 64).Select(_ => random.NextInt32(2) * 1f)];
        var (mask, canvas) = MaskEngines.Expand(site => new SmoothMaxMap(site.Layout, 4, 8), layout, cells);
        Assert.All(canvas, value => Assert.InRange(value, 0, 1));
        // The hard maximum has slopes of at most 2·e^(−½) ÷ σ; the smooth one, whose weights move as well, of a little more.
        double steepest = 2 * Math.Exp(-0.5) / 8;
        for (int i = 1; i < mask.Length; i++)
        {
            Assert.True(i % 32 == 0 || Math.Abs(mask[i] - mask[i - 1]) <= 1.25 * steepest);
        }
    }

    [Fact]
    public void A_hard_maximum_is_above_the_smooth_one_and_that_above_the_mean()
    {
        var layout = LinearModels.Layout(1, 16, 16);
        float[] cells = [.. LinearModels.Values(16, 5).Select(value => (value + 1) / 2)];
        var map = new SmoothMaxMap(layout, 4, 4);
        var (_, canvas) = MaskEngines.Expand(_ => map, layout, cells);
        for (int y = 0; y < map.Down.Canvas; y++)
        {
            for (int x = 0; x < map.Across.Canvas; x++)
            {
                double[] values = [.. Values(map, cells, y, x)];
                Assert.InRange(canvas[(y * map.Across.Canvas) + x], values.Average() - 1e-5, values.Max() + 1e-5);
                double expected = values.Sum(v => v * Math.Exp(20 * v)) / values.Sum(v => Math.Exp(20 * v));
                Assert.Equal(expected, canvas[(y * map.Across.Canvas) + x], 1e-5);
            }
        }
    }

    [Theory]
    [InlineData(CellStretch.Nearest, 0)]
    [InlineData(CellStretch.Bilinear, 0)]
    [InlineData(CellStretch.Nearest, 2)]
    public void Cells_of_ones_are_masks_of_ones(CellStretch stretch, double blur)
    {
        var layout = new InputLayout(AxisOrder.ChannelsLast, [9, 12, 1]);
        var (mask, _) = MaskEngines.Expand(site => new FreeGridMap(site.Layout, 3, 4, stretch, blur), LinearModels.Layout(1, 9, 12), [.. Enumerable.Repeat(1f, 12)]);
        Assert.Equal(layout.Count, mask.Length);
        Assert.All(mask, value => Assert.Equal(1, value, 1e-5f));
    }

    [Fact]
    public void Nearest_cells_are_blocks()
    {
        var (mask, _) = MaskEngines.Expand(site => new FreeGridMap(site.Layout, 2, 3, CellStretch.Nearest), LinearModels.Layout(1, 4, 6), [0, 1, 2, 3, 4, 5]);
        Assert.Equal([0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 3, 3, 4, 4, 5, 5], mask);
    }

    // Between the centres of two cells of two pixels each, bilinear weights are ¾ and ¼.
    [Fact]
    public void Bilinear_cells_are_mixed_by_distance()
    {
        var (mask, _) = MaskEngines.Expand(site => new FreeGridMap(site.Layout, 1, 2), LinearModels.Layout(1, 1, 4), [0, 1]);
        Near.Equal([0, 0.25f, 0.75f, 1], mask, 1e-6, "bilinear");
    }

    /// <summary>What 81 or so values of which only one is not 0 make: v·e^(20v) ÷ (e^(20v) + others).</summary>
    private static float Smooth(double value, SmoothMaxMap map)
    {
        int taps = ((2 * map.Down.Radius) + 1) * ((2 * map.Down.Radius) + 1);
        return (float)(value * Math.Exp(20 * value) / (Math.Exp(20 * value) + taps - 1));
    }

    private static IEnumerable<double> Values(SmoothMaxMap map, float[] cells, int y, int x)
    {
        int ownRow = y / 4, ownColumn = x / 4;
        for (int row = ownRow - map.Down.Radius; row <= ownRow + map.Down.Radius; row++)
        {
            for (int column = ownColumn - map.Across.Radius; column <= ownColumn + map.Across.Radius; column++)
            {
                int i = row - map.Down.Padding + map.Down.Radius, j = column - map.Across.Padding + map.Across.Radius;
                double distance = Math.Sqrt(((y - (4 * row)) * (y - (4 * row))) + ((x - (4 * column)) * (x - (4 * column)))) / 4, beyond = Math.Max(0, distance - 0.5);
                yield return i >= 0 && j >= 0 && i < map.Down.Nodes && j < map.Across.Nodes ? cells[(i * map.Across.Nodes) + j] * Math.Exp(-2 * beyond * beyond) : 0;
            }
        }
    }
}
