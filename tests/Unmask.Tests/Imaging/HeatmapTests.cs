using Unmask.Imaging;

namespace Unmask.Tests.Imaging;

public sealed class HeatmapTests
{
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_number_that_is_not_finite_is_refused_with_its_place(float bad)
    {
        var error = Assert.Throws<ArgumentException>(() => new Heatmap(3, 2, [0, 1, 2, 3, bad, 5]));

        Assert.Contains("column 1, row 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_scale_runs_from_the_smallest_to_the_largest_number()
    {
        var map = new Heatmap(2, 2, [0.25f, 0.5f, 0.75f, 1.25f]);

        Assert.Equal((0.25, 1.25), (map.Low, map.High));
        Assert.Equal(ColorMap.Inferno.At(0), map.Render()[0, 0]);
        Assert.Equal(ColorMap.Inferno.At(1), map.Render()[1, 1]);
        AssertClose(ColorMap.Inferno.At(0.5), map.Render()[0, 1]);
    }

    [Fact]
    public void The_scale_of_a_signed_map_is_symmetric_and_its_zero_is_neutral()
    {
        var map = new Heatmap(3, 1, [-0.5f, 0, 2], new() { Signed = true });

        Assert.Equal((-2.0, 2.0), (map.Low, map.High));
        Assert.Equal(ColorMap.BlueRed.At(1), map.Render()[2, 0]);
        AssertClose(ColorMap.BlueRed.At(0.375), map.Render()[0, 0]);
        AssertClose(ColorMap.BlueRed.At(0.5), map.Render()[1, 0]);
    }

    [Fact]
    public void A_percentile_leaves_the_largest_numbers_beyond_the_scale()
    {
        var map = new Heatmap(100, 1, [.. Enumerable.Range(1, 100).Select(i => i == 100 ? 1000f : i)], new() { Percentile = 99 });

        Assert.Equal((1.0, 99.0), (map.Low, map.High));
        Assert.True(map.Scale.ClipsHigh);
        Assert.False(map.Scale.ClipsLow);
    }

    [Fact]
    public void A_percentile_that_would_show_nothing_gives_way_to_the_largest_number()
    {
        var values = new float[100];
        values[7] = 3;

        Assert.Equal(3, new Heatmap(10, 10, values, new() { Percentile = 90 }).High);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_map_of_zeros_shows_no_colour_and_divides_by_nothing(bool signed)
    {
        var map = new Heatmap(4, 4, new float[16], new() { Signed = signed });
        var photo = TestPictures.Irregular(9, 9);

        Assert.True(map.IsConstant);
        AssertClose(signed ? ColorMap.BlueRed.At(0.5) : ColorMap.Inferno.At(0), map.Render(20, 20)[11, 5]);
        Assert.Equal(0, TestPictures.LargestDifference(photo, map.Over(photo, new() { Fading = 0 })));
    }

    [Fact]
    public void Enlarging_keeps_a_linear_ramp_linear_and_never_leaves_the_scale()
    {
        var ramp = new Heatmap(10, 2, [.. Enumerable.Range(0, 20).Select(i => (float)(i % 10))]);
        var row = new float[100];
        new MapSampler(ramp, new(0, 0, 100, 20), 100, 20).Read(10, row);

        for (var x = 20; x < 80; x++)
            Assert.Equal(((x + 0.5) / 10 - 0.5) / 9, row[x], 1e-5);
        Assert.All(row, value => Assert.InRange(value, 0f, 1f));
    }

    [Fact]
    public void An_empty_or_nonsensical_range_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new Heatmap(2, 1, [0, 1], new() { Low = 2, High = 1 }));
        Assert.Throws<ArgumentException>(() => new Heatmap(2, 1, [0, 1], new() { High = double.NaN }));
        Assert.Throws<ArgumentException>(() => new Heatmap(2, 1, [0, 1], new() { Signed = true, High = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new HeatmapOptions { Percentile = 0 });
        Assert.Throws<ArgumentException>(() => new Heatmap(2, 2, [0, 1]));
    }

    internal static void AssertClose(Rgb expected, Rgb actual) =>
        Assert.InRange(Math.Abs(expected.R - actual.R) + Math.Abs(expected.G - actual.G) + Math.Abs(expected.B - actual.B), 0, 6);
}
