using Unmask.Imaging;

namespace Unmask.Tests.Imaging;

public sealed class FigureTests
{
    private static readonly Image Photo = TestPictures.Smooth(120, 90);

    private static readonly Heatmap Map = Bump(new() { Units = "drop of probability", Placement = new(20, 5, 80, 80) });

    [Theory]
    [InlineData(0, 1, new[] { "0.0", "0.2", "0.4", "0.6", "0.8", "1.0" }, 0)]
    [InlineData(0.18, 0.72, new[] { "0.2", "0.3", "0.4", "0.5", "0.6", "0.7" }, 0)]
    [InlineData(-1.07, 1.07, new[] { "−1.0", "−0.5", "0.0", "0.5", "1.0" }, 0)]
    [InlineData(0, 23456, new[] { "0", "5,000", "10,000", "15,000", "20,000" }, 0)]
    [InlineData(0, 3.1e-7, new[] { "0", "1", "2", "3" }, -7)]
    [InlineData(-2.2e6, 2.2e6, new[] { "−2", "−1", "0", "1", "2" }, 6)]
    [InlineData(0.981, 0.992, new[] { "0.982", "0.984", "0.986", "0.988", "0.990", "0.992" }, 0)]
    public void Ticks_are_round_numbers(double low, double high, string[] labels, int exponent)
    {
        var ticks = Ticks.Between(low, high);

        Assert.Equal(labels, ticks.Labels);
        Assert.Equal(exponent, ticks.Exponent);
        Assert.All(ticks.Values, value => Assert.InRange(value, low - 1e-9, high + 1e-9));
    }

    [Fact]
    public void A_figure_looks_as_it_did() =>
        Golden.Check("figure.png", new Figure { Picture = Photo, Map = Map, Title = "Siamese cat 87 %", Subtitle = "RISE · 4,000 masks", PanelPixels = 240 }.Render());

    [Fact]
    public void A_signed_figure_with_contours_and_a_clipped_scale_looks_as_it_did() =>
        Golden.Check("signed.png", new Figure
        {
            Picture = Photo,
            Map = Bump(new() { Signed = true, High = 4e-5, Units = "contribution" }, 1e-4f),
            Title = "Katze gegen Hund",
            Overlay = new() { Contours = [2e-5] },
            PanelPixels = 240,
        }.Render());

    [Fact]
    public void A_contact_sheet_looks_as_it_did() =>
        Golden.Check("sheet.png", new ContactSheet
        {
            Cells = [new(Photo, "Photo"), new(Map.Over(Photo), "RISE", "del 0.12 · ins 0.61"), new(Map.Render(), "A caption that does not fit"), new(Photo.Crop(0, 0, 30, 60), "Tall")],
            Title = "Compared",
            CellPixels = 120,
            Columns = 3,
        }.Render());

    [Fact]
    public void A_figure_of_a_constant_map_says_so_instead_of_showing_a_scale()
    {
        var figure = new Figure { Picture = Photo, Map = new(7, 7, new float[49]), PanelPixels = 240 };

        var image = figure.Render();

        // The note stands below the panels, where another figure has white.
        Assert.True(DarkPixels(image.Crop(0, image.Height - 40, image.Width, 40)) > 100);
        Assert.Equal(0, DarkPixels(image.Crop(image.Width - 12, 0, 12, image.Height)));
    }

    [Theory]
    [InlineData(32, 32)]
    [InlineData(600, 60)]
    [InlineData(50, 700)]
    [InlineData(1500, 1000)]
    [InlineData(1, 1)]
    public void Pictures_of_every_size_and_shape_fit(int width, int height)
    {
        var figure = new Figure { Picture = Image.Filled(width, height, new(90, 140, 90)), Map = Map.WithoutPlace(), Title = "T", PanelPixels = 300 };

        var image = figure.Render();

        Assert.InRange(image.Width, 392, 900);
        Assert.InRange(image.Height, 60, 900);
    }

    [Fact]
    public void A_picture_that_is_enlarged_much_shows_its_pixels_as_squares()
    {
        var panel = Panel.Fit(TestPictures.Irregular(5, 3), 52);

        Assert.Equal((50, 30), (panel.Width, panel.Height));
        for (var y = 0; y < 30; y++)
            for (var x = 0; x < 50; x++)
                Assert.Equal(TestPictures.Irregular(5, 3)[x / 10, y / 10], panel[x, y]);
    }

    [Fact]
    public void A_saved_figure_keeps_its_title()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("unmask-figure-").FullName, "f.png");

        new Figure { Picture = Photo, Map = Map, Title = "Zoë’s cat", PanelPixels = 160 }.Save(path);

        Assert.True(File.ReadAllBytes(path).AsSpan().IndexOf("Zoë’s cat"u8) > 0);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void Senseless_sizes_and_an_empty_sheet_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Figure { Picture = Photo, Map = Map, PanelPixels = 10 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ContactSheet { Cells = [], Columns = 0 });
        Assert.Throws<InvalidOperationException>(() => new ContactSheet { Cells = [] }.Render());
    }

    private static Heatmap Bump(HeatmapOptions options, float scale = 1)
    {
        var values = new float[16 * 16];
        for (var i = 0; i < values.Length; i++)
            values[i] = scale * (float)(Math.Exp(-((i % 16 - 6) * (i % 16 - 6) + (i / 16 - 8) * (i / 16 - 8)) / 12.0)
                - (options.Signed ? 0.8 * Math.Exp(-((i % 16 - 12) * (i % 16 - 12) + (i / 16 - 4) * (i / 16 - 4)) / 8.0) : 0));
        return new(16, 16, values, options);
    }

    private static int DarkPixels(Image image)
    {
        var dark = 0;
        for (var i = 0; i < image.Pixels.Length; i += 3)
            dark += image.Pixels[i + 1] < 180 ? 1 : 0;
        return dark;
    }
}

file static class HeatmapChanges
{
    public static Heatmap WithoutPlace(this Heatmap map) => new(map.Width, map.Height, map.Values, map.Options with { Placement = null });
}
