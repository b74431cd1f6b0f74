using Unmask.Imaging;

namespace Unmask.Tests.Imaging;

public sealed class OverlayTests
{
    private static readonly Image Photo = TestPictures.Smooth(80, 60);

    private static readonly OverlayOptions Plain = new() { Fading = 0, Frame = false };

    [Fact]
    public void The_overlay_has_the_size_of_the_photo_and_grows_stronger_with_the_map()
    {
        var map = new Heatmap(2, 1, [0, 1]);

        var overlay = map.Over(Photo, Plain);

        Assert.Equal((80, 60), (overlay.Width, overlay.Height));
        Assert.Equal(Photo[0, 30], overlay[0, 30]);
        HeatmapTests.AssertClose(Mix(Photo[79, 30], ColorMap.Inferno.At(1), 0.8), overlay[79, 30]);
        var onBlack = map.Over(Image.Filled(80, 60, Rgb.Black), Plain with { Colors = ColorMap.Grey });
        for (var x = 0; x < 79; x++)
            Assert.True(onBlack[x + 1, 30].G >= onBlack[x, 30].G);
        Assert.Equal((0, 204), (onBlack[0, 30].G, onBlack[79, 30].G));
    }

    [Fact]
    public void A_signed_map_colours_both_of_its_ends_and_leaves_zero_alone()
    {
        var overlay = new Heatmap(3, 1, [-1, 0, 1], new() { Signed = true }).Over(Photo, Plain);

        HeatmapTests.AssertClose(Mix(Photo[0, 9], ColorMap.BlueRed.At(0), 0.8), overlay[0, 9]);
        HeatmapTests.AssertClose(Photo[40, 9], overlay[40, 9]);
        HeatmapTests.AssertClose(Mix(Photo[79, 9], ColorMap.BlueRed.At(1), 0.8), overlay[79, 9]);
    }

    [Fact]
    public void The_map_lies_where_the_model_looked_and_the_rest_steps_back()
    {
        var map = new Heatmap(4, 4, [.. Enumerable.Repeat(1f, 15), 0], new() { Placement = new(20, 10, 40, 40), Low = 0 });

        var overlay = map.Over(Photo, Plain);

        HeatmapTests.AssertClose(Mix(Photo[20, 10], ColorMap.Inferno.At(1), 0.8), overlay[20, 10]);
        HeatmapTests.AssertClose(Photo[59, 49], overlay[59, 49]);
        foreach (var (x, y) in new[] { (19, 10), (60, 49), (20, 9), (59, 50), (0, 0) })
            Assert.Equal(0.6 * Luma(Photo[x, y]), Luma(overlay[x, y]), 1.5);
    }

    [Fact]
    public void A_place_between_pixels_covers_those_whose_centres_it_holds()
    {
        var seen = CoveredPixels.Of(new(10.4, 9.6, 20.2, 5), 80, 60);

        Assert.Equal(new CoveredPixels(10, 10, 21, 5), seen);
        Assert.Throws<ArgumentException>(() => CoveredPixels.Of(new(90, 0, 10, 10), 80, 60));
    }

    [Fact]
    public void A_place_that_reaches_beyond_the_photo_is_cut()
    {
        // The right half of a ramp of 0 to 1 over twice the photo's width.
        var map = new Heatmap(80, 1, [.. Enumerable.Range(0, 80).Select(i => i / 79f)], new() { Placement = new(-80, 0, 160, 60) });
        var row = new float[80];

        new MapSampler(map, new(-80, 0, 160, 60), 80, 60).Read(0, row);

        Assert.Equal((80 + 0.5) / 160 * 80 / 79 - 0.5 / 79, row[0], 1e-3);
        Assert.InRange(row[79], 0.99f, 1);
    }

    [Fact]
    public void The_frame_is_light_on_its_outer_line()
    {
        var framed = new Heatmap(2, 2, [0, 0, 0, 1], new() { Placement = new(20, 10, 40, 40) }).Over(Image.Filled(80, 60, Rgb.Black));

        Assert.True(framed[20, 30].G > 230);
        Assert.True(framed[59, 12].G > 230);
        Assert.True(framed[22, 30].G < 30);
    }

    [Fact]
    public void Fading_takes_the_photos_own_colour_away()
    {
        var grey = new Heatmap(1, 1, [0]).Over(Image.Filled(4, 4, new(200, 100, 50)), new() { Fading = 1 });

        // ITU-R BT.601: 0.299 · 200 + 0.587 · 100 + 0.114 · 50.
        Assert.Equal(new(124, 124, 124), grey[2, 2]);
    }

    [Fact]
    public void A_contour_of_a_cone_is_a_circle()
    {
        var grid = new float[80, 80];
        for (var y = 0; y < 80; y++)
            for (var x = 0; x < 80; x++)
                grid[y, x] = (float)Math.Sqrt((x + 0.5 - 40) * (x + 0.5 - 40) + (y + 0.5 - 40) * (y + 0.5 - 40));

        var pieces = Contours.Trace(grid, 25, new(0, 0, 80, 80));

        Assert.All(pieces, piece => Assert.Equal(25, (piece.From - new System.Numerics.Vector2(40, 40)).Length(), 0.02));
        Assert.Equal(2 * Math.PI * 25, pieces.Sum(piece => (piece.To - piece.From).Length()), 0.5);
    }

    [Fact]
    public void A_contour_is_closed_even_through_saddles()
    {
        var grid = new float[12, 12];
        for (var y = 1; y < 11; y++)
            for (var x = 1; x < 11; x++)
                grid[y, x] = (37 * x * x + 53 * y * y + 17 * x * y) % 10;

        var ends = Contours.Trace(grid, 4.5f, new(0, 0, 120, 120)).SelectMany(piece => new[] { piece.From, piece.To }).GroupBy(point => (MathF.Round(point.X, 2), MathF.Round(point.Y, 2)));

        Assert.All(ends, group => Assert.Equal(2, group.Count()));
    }

    [Fact]
    public void A_contour_is_drawn_where_the_map_has_the_value()
    {
        var ramp = new Heatmap(80, 1, [.. Enumerable.Range(0, 80).Select(i => (float)i)]);

        var overlay = ramp.Over(Image.Filled(80, 60, Rgb.Black), new() { Contours = [20], Opacity = 0 });

        Assert.True(overlay[20, 30].G > 180);
        Assert.Equal(Rgb.Black, overlay[30, 30]);
        Assert.Equal(Rgb.Black, overlay[10, 30]);
    }

    private static Rgb Mix(Rgb a, Rgb b, double t) => new(Mix(a.R, b.R, t), Mix(a.G, b.G, t), Mix(a.B, b.B, t));

    private static byte Mix(byte a, byte b, double t) => (byte)Math.Round(a + (b - a) * t);

    private static double Luma(Rgb a) => 0.299 * a.R + 0.587 * a.G + 0.114 * a.B;
}
