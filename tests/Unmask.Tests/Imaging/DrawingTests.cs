using System.Numerics;
using Unmask.Imaging;

namespace Unmask.Tests.Imaging;

public sealed class DrawingTests
{
    [Fact]
    public void Partly_covered_pixels_get_the_covered_part_of_the_colour()
    {
        var canvas = new Canvas(8, 8, Rgb.Black);
        var shape = new Polygons();
        shape.AddRectangle(1.25f, 2.5f, 3.5f, 2);

        canvas.Fill(shape, new(200, 100, 40));

        var image = canvas.ToImage();
        Assert.Equal(new(200, 100, 40), image[2, 3]);
        Assert.Equal(new(150, 75, 30), image[1, 3]);
        Assert.Equal(new(100, 50, 20), image[3, 2]);
        Assert.Equal(new(75, 38, 15), image[1, 4]);
        Assert.Equal(Rgb.Black, image[5, 3]);
        Assert.Equal(Rgb.Black, image[0, 3]);
    }

    [Fact]
    public void An_outline_is_closed_and_leaves_the_picture_it_is_drawn_on_alone()
    {
        var picture = Image.Filled(20, 20, Rgb.White);
        Rgb green = new(0, 200, 0);
        var drawn = picture.WithOutline([new(4.5f, 4.5f), new(15.5f, 4.5f), new(15.5f, 15.5f), new(4.5f, 15.5f)], green, 1);
        Assert.All(((int X, int Y)[])[(10, 4), (15, 10), (10, 15), (4, 10)], place => Assert.Equal(green, drawn[place.X, place.Y]));
        Assert.Equal((Rgb.White, Rgb.White), (drawn[10, 10], drawn[0, 0]));
        Assert.All(picture.Pixels.ToArray(), level => Assert.Equal(255, level));
        Assert.Equal(green, picture.WithOutline([new(8.5f, 8.5f)], green, 4)[8, 8]);
        Assert.Equal(picture.Pixels.ToArray(), picture.WithOutline([], green).Pixels.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => picture.WithOutline([], green, 0));
    }

    [Theory]
    [InlineData(3.3f, 70.1f)]
    [InlineData(-9f, 120f)]
    public void The_sum_of_coverage_is_the_area_inside_of_the_canvas(float left, float right)
    {
        var shape = new Polygons();
        shape.MoveTo(new(left, 5.2f));
        shape.LineTo(new(right, 40.7f));
        shape.LineTo(new(left, 90.3f));

        // The triangle, cut at the columns 0 and 100: its height falls evenly from left to right.
        double from = Math.Max(0, left), to = Math.Min(100, right), total = right - left, height = 90.3 - 5.2;
        var area = height / total * ((right - from) * (right - from) - (right - to) * (right - to)) / 2;
        Assert.Equal(area, Covered(shape, 100, 100), 0.05);
    }

    [Fact]
    public void A_stroke_covers_its_length_times_its_thickness_and_a_round_end_on_each_side()
    {
        var shape = new Polygons();
        shape.AddStroke(new(20, 20), new(68, 84), 6);

        // Half circles of six edges have slightly less than the area of a circle.
        Assert.InRange(Covered(shape, 100, 100), 80 * 6 + 0.95 * Math.PI * 9, 80 * 6 + Math.PI * 9);
    }

    // Areas of the glyphs of Inter 4 by fontTools' AreaPen, in square font units of 1/2048 em.
    [Theory]
    [InlineData("H", 400, 697576.0)]
    [InlineData("O", 400, 723113.8)]
    [InlineData("é", 400, 608101.7)]
    [InlineData("8", 600, 953713.4)]
    [InlineData("H", 600, 951585.0)]
    public void A_letter_has_the_area_of_its_outline(string letter, int weight, double area)
    {
        const float size = 64;
        var face = weight == 400 ? Typeface.Regular : Typeface.Semibold;

        var covered = Covered(face.Outline(letter, new(20, 80), size), 120, 120);

        Assert.InRange(covered / (area * size * size / (2048 * 2048)), 0.995, 1.005);
    }

    // Advance widths by fontTools.
    [Theory]
    [InlineData("H0éi·", 400, 1522 + 1292 + 1194 + 496 + 590)]
    [InlineData("H0éi·", 600, 1527 + 1351 + 1211 + 536 + 653)]
    [InlineData("σ", 400, 1278)]
    [InlineData("Ж", 600, 2114)]
    public void A_text_is_as_wide_as_its_letters(string text, int weight, int units) =>
        Assert.Equal(units * 20 / 2048f, (weight == 400 ? Typeface.Regular : Typeface.Semibold).Measure(text, 20), 0.01f);

    [Fact]
    public void A_letter_that_the_typeface_lacks_is_drawn_as_a_box() =>
        Assert.InRange(Covered(Typeface.Regular.Outline("猫", new(10, 50), 40), 80, 80), 30, 900);

    [Fact]
    public void A_text_that_is_too_wide_ends_in_dots()
    {
        var full = Typeface.Regular.Measure("Egyptian cat", 20);

        Assert.Equal("Egyptian cat", Typeface.Regular.Fit("Egyptian cat", 20, full));
        var cut = Typeface.Regular.Fit("Egyptian cat", 20, 0.6f * full);
        Assert.Matches("^Egy.*…$", cut);
        Assert.True(Typeface.Regular.Measure(cut, 20) <= 0.6f * full);
        Assert.Equal("…", Typeface.Regular.Fit("Egyptian cat", 20, 1));
    }

    [Fact]
    public void A_frame_is_drawn_inside_of_its_rectangle()
    {
        var canvas = new Canvas(10, 8, Rgb.White);
        canvas.DrawFrame(2, 1, 6, 5, 1, Rgb.Black);

        var image = canvas.ToImage();
        Assert.Equal((Rgb.Black, Rgb.Black, Rgb.Black, Rgb.Black), (image[2, 1], image[7, 5], image[2, 3], image[5, 1]));
        Assert.Equal((Rgb.White, Rgb.White, Rgb.White), (image[1, 1], image[3, 2], image[8, 5]));
    }

    [Fact]
    public void Shapes_outside_of_the_canvas_are_cut_off()
    {
        var canvas = new Canvas(10, 10, Rgb.White);
        var shape = new Polygons();
        shape.AddRectangle(-50, -50, 55, 55);
        shape.AddRectangle(200, 3, 5, 5);

        canvas.Fill(shape, Rgb.Black);

        var image = canvas.ToImage();
        Assert.Equal((Rgb.Black, Rgb.White, Rgb.White), (image[4, 4], image[5, 4], image[9, 9]));
    }

    private static double Covered(Polygons shape, int width, int height)
    {
        var sum = 0.0;
        Rasterizer.Fill(shape, width, height, (_, _, coverage) =>
        {
            foreach (var c in coverage) sum += c;
        });
        return sum;
    }
}
