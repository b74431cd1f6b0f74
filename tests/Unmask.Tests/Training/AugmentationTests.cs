using Unmask.Imaging;
using Unmask.Tests.Imaging;
using Unmask.Training;

namespace Unmask.Tests.Training;

/// <summary>What a view of a picture is, number by number.</summary>
public sealed class AugmentationTests
{
    private const int Size = 12;

    // Levels stay what they are, so that expected values can be read off the picture.
    private static readonly PictureRenderer Renderer = new(Size, Preprocessing.Raw);
    private static readonly Image Picture = TestPictures.Irregular(20, Size);
    private static readonly Image Middle = Picture.CropCenter(Size, Size);

    [Fact]
    public void A_plain_view_is_the_middle() => Assert.Equal(PlanesOf(Middle), Render(PictureView.Plain));

    [Fact]
    public void Mirrored_twice_is_the_picture()
    {
        float[] once = Render(PictureView.Plain with { Mirrored = true });
        Assert.Equal(PlanesOf(Middle.FlipHorizontally()), once);
        float[] twice = new float[once.Length];
        Renderer.Fill(twice, ImageOf(once), PictureView.Plain with { Mirrored = true });
        Assert.Equal(PlanesOf(Middle), twice);
    }

    [Fact]
    public void A_shifted_view_shows_the_neighbouring_pixels_and_the_border_mirrored()
    {
        float[] shifted = Render(PictureView.Plain with { Shift = (3, -2) });
        Assert.Equal(Middle[3, 0].R, At(shifted, 0, 2));
        Assert.Equal(Middle[11, 9].G, At(shifted, 8, 11, channel: 1));
        // Column 12 is column 11 again, row −2 is row 1.
        Assert.Equal(Middle[11, 0].B, At(shifted, 9, 2, channel: 2));
        Assert.Equal(Middle[3, 1].R, At(shifted, 0, 0));
    }

    [Fact]
    public void A_part_at_whole_pixels_is_a_crop()
    {
        var view = PictureView.Plain with { Part = (5, 0, Size, Size) };
        Assert.Equal(PlanesOf(Picture.Crop(5, 0, Size, Size)), Render(view));
        var enlarged = PictureView.Plain with { Part = (5, 3, 6, 6) };
        // The edge of a part may look beyond it, its inside may not.
        Assert.Equal(Inside(PlanesOf(Picture.Crop(4, 2, 8, 8).Resize(16, 16).Crop(2, 2, Size, Size))), Inside(Render(enlarged)));
    }

    [Fact]
    public void Colours_change_by_their_factors()
    {
        var (r, g, b) = (Middle[4, 7].R, Middle[4, 7].G, Middle[4, 7].B);
        double luma = (0.299 * r) + (0.587 * g) + (0.114 * b), mean = Enumerable.Range(0, Size * Size).Average(i => Luma(Middle[i % Size, i / Size]));
        Assert.Equal(Math.Min(255, 1.2 * r), At(Render(PictureView.Plain with { Brightness = 1.2f }), 4, 7), 1e-3);
        Assert.Equal(Math.Clamp(mean + (0.5 * (g - mean)), 0, 255), At(Render(PictureView.Plain with { Contrast = 0.5f }), 4, 7, 1), 1e-3);
        Assert.Equal(Math.Clamp(luma + (0.25 * (b - luma)), 0, 255), At(Render(PictureView.Plain with { Saturation = 0.25f }), 4, 7, 2), 1e-3);
        // Without colour all channels are the luma.
        float[] grey = Render(PictureView.Plain with { Saturation = 0 });
        Assert.Equal(At(grey, 4, 7), At(grey, 4, 7, 2), 1e-3);
        Assert.All(Render(PictureView.Plain with { Brightness = 2, Contrast = 2, Saturation = 2 }), level => Assert.InRange(level, 0, 255));
    }

    [Fact]
    public void Coloured_and_plain_views_are_normalised_alike()
    {
        var renderer = new PictureRenderer(Size, PictureTrainingSet.PreprocessingOf(Size));
        float[] plain = new float[3 * Size * Size], barely = new float[plain.Length];
        renderer.Fill(plain, Picture, PictureView.Plain);
        renderer.Fill(barely, Picture, PictureView.Plain with { Brightness = 1.000001f });
        Assert.All(plain.Zip(barely), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Fact]
    public void An_erased_rectangle_is_zero_and_the_rest_is_not_touched()
    {
        float[] erased = Render(PictureView.Plain with { Erased = (2, 3, 4, 5) }), plain = Render(PictureView.Plain);
        for (int i = 0; i < plain.Length; i++)
        {
            int x = i % Size, y = i / Size % Size;
            Assert.Equal(x is >= 2 and < 6 && y is >= 3 and < 8 ? 0 : plain[i], erased[i]);
        }
    }

    /// <summary>Areas of 2 to 33 %, evenly; proportions of 0.3 to 3.3; inside of the picture; as often as was asked.</summary>
    [Fact]
    public void Erased_rectangles_follow_their_law()
    {
        const int Side = 200, Draws = 4000;
        var law = new Augmentation { Erasing = 0.5 };
        var all = Enumerable.Range(0, Draws).Select(item => PictureView.Draw(law, Rng.At(5, item), Side, Side, Side).Erased).ToArray();
        var drawn = all.Where(part => part.Width > 0).ToArray();
        Assert.Equal(0.5, drawn.Length / (double)Draws, 0.03);
        Assert.All(drawn, part =>
        {
            // Sides are rounded to pixels.
            Assert.InRange((double)part.Width * part.Height / (Side * Side), 0.018, 0.335);
            Assert.InRange((double)part.Width / part.Height, 0.27, 3.7);
            Assert.True(part.Left >= 0 && part.Top >= 0 && part.Left + part.Width <= Side && part.Top + part.Height <= Side, $"{part}");
        });
        Assert.Equal(0.175, drawn.Average(part => (double)part.Width * part.Height / (Side * Side)), 0.01);
        Assert.Equal(0.5, drawn.Count(part => part.Width > part.Height) / (double)drawn.Length, 0.04);
    }

    [Fact]
    public void Parts_lie_in_the_picture_and_their_areas_are_even()
    {
        const int Draws = 4000;
        var law = new Augmentation { SmallestArea = 0.2 };
        var parts = Enumerable.Range(0, Draws).Select(item => PictureView.Draw(law, Rng.At(6, item), 1000, 1000, 64).Part!.Value).ToArray();
        Assert.All(parts, part =>
        {
            Assert.True(part.Left >= 0 && part.Top >= 0 && part.Left + part.Width <= 1000 + 1e-9 && part.Top + part.Height <= 1000 + 1e-9, $"{part}");
            Assert.InRange(part.Width / part.Height, (0.75) - 1e-9, (4.0 / 3) + 1e-9);
        });
        // Where no side is cut off the area is the drawn one: a third of those between 0.2 and 0.65 lie below 0.35.
        var free = parts.Select(part => part.Width * part.Height / 1e6).Where(area => area < 0.65).ToArray();
        Assert.Equal(1 / 3.0, free.Count(area => area < 0.35) / (double)free.Length, 0.03);
        Assert.InRange(parts.Min(part => part.Width * part.Height / 1e6), 0.2, 0.21);
    }

    [Fact]
    public void One_setting_does_not_change_what_another_draws()
    {
        var random = Rng.At(1, 2);
        var plain = PictureView.Draw(new(), random, 40, 30, 20);
        var coloured = PictureView.Draw(new() { Brightness = 0.5, Erasing = 1 }, random, 40, 30, 20);
        Assert.Equal((plain.Shift, plain.Mirrored), (coloured.Shift, coloured.Mirrored));
        Assert.True(plain.KeepsColours);
        Assert.False(coloured.KeepsColours);
        Assert.Equal(PictureView.Plain, PictureView.Draw(Augmentation.None, random, 40, 30, 20));
    }

    [Fact]
    public void Settings_are_read_and_written_as_text()
    {
        var read = Augmentation.Parse("smallest-area=0.25, erasing=0.5");
        Assert.Equal(new Augmentation { SmallestArea = 0.25, Erasing = 0.5 }, read);
        Assert.Equal(read, Augmentation.Parse(read.ToString()));
        Assert.Contains("smallest-area", Assert.Throws<UnmaskException>(() => Augmentation.Parse("smallest-aera=1")).Message, StringComparison.Ordinal);
        Assert.Contains("out of range", Assert.Throws<UnmaskException>(() => Augmentation.Parse("smallest-area=0")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Augmentation { Shift = 0.6 });
    }

    private static float[] Render(PictureView view)
    {
        float[] planes = new float[3 * Size * Size];
        Renderer.Fill(planes, Picture, view);
        return planes;
    }

    private static float[] PlanesOf(Image image)
    {
        float[] planes = new float[3 * image.Width * image.Height];
        for (int i = 0; i < planes.Length; i++)
        {
            planes[i] = image.Pixels[(3 * (i % (image.Width * image.Height))) + (i / (image.Width * image.Height))];
        }

        return planes;
    }

    private static Image ImageOf(float[] planes) =>
        Image.FromPixels(Size, Size, [.. Enumerable.Range(0, planes.Length).Select(i => (byte)planes[(i % 3 * Size * Size) + (i / 3)])]);

    private static float[] Inside(float[] planes) => [.. planes.Where((_, i) => i % Size is > 0 and < Size - 1 && i / Size % Size is > 0 and < Size - 1)];

    private static double Luma(Rgb colour) => (0.299 * colour.R) + (0.587 * colour.G) + (0.114 * colour.B);

    private static float At(float[] planes, int x, int y, int channel = 0) => planes[(((channel * Size) + y) * Size) + x];
}
