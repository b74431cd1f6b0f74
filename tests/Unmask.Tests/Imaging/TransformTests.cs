using Unmask.Imaging;

namespace Unmask.Tests.Imaging;

public sealed class TransformTests
{
    private static readonly Image Picture = TestPictures.Irregular(7, 5);

    [Fact]
    public void Crop_takes_the_named_part()
    {
        var part = Picture.Crop(2, 1, 3, 4);

        for (var y = 0; y < 4; y++)
            for (var x = 0; x < 3; x++)
                Assert.Equal(Picture[x + 2, y + 1], part[x, y]);
    }

    [Fact]
    public void Crop_outside_of_the_picture_is_refused()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Picture.Crop(5, 0, 3, 5));

        Assert.Contains("3 × 5 at (5, 0)", error.Message, StringComparison.Ordinal);
        Assert.Contains("7 × 5", error.Message, StringComparison.Ordinal);
    }

    // torchvision's CenterCrop: int(round((size - crop) / 2)), where Python rounds halves to even.
    [Theory]
    [InlineData(7, 4, 2)]
    [InlineData(7, 2, 2)]
    [InlineData(7, 6, 0)]
    [InlineData(7, 3, 2)]
    public void The_centre_crop_starts_where_torchvision_starts_it(int size, int crop, int start)
    {
        var row = TestPictures.Make(size, 1, (x, _, _) => x);

        Assert.Equal(start, row.CropCenter(crop, 1)[0, 0].R);
    }

    [Fact]
    public void The_centre_crop_of_a_smaller_picture_is_padded_with_black()
    {
        var padded = Image.Filled(2, 2, Rgb.White).CropCenter(5, 4);

        Assert.Equal((5, 4), (padded.Width, padded.Height));
        Assert.Equal((Rgb.Black, Rgb.White, Rgb.White, Rgb.Black), (padded[0, 1], padded[1, 1], padded[2, 2], padded[3, 1]));
        Assert.Equal((Rgb.Black, Rgb.Black), (padded[1, 0], padded[1, 3]));
    }

    [Fact]
    public void Pad_then_crop_gives_the_picture_back()
    {
        var padded = Picture.Pad(3, 1, 2, 4, new(9, 8, 7));

        Assert.Equal((12, 10), (padded.Width, padded.Height));
        Assert.Equal(new(9, 8, 7), padded[0, 0]);
        Assert.Equal(new(9, 8, 7), padded[11, 9]);
        Assert.Equal(0, TestPictures.LargestDifference(Picture, padded.Crop(3, 1, 7, 5)));
    }

    [Fact]
    public void Flipping_twice_changes_nothing_and_once_mirrors()
    {
        Assert.Equal(Picture[0, 3], Picture.FlipHorizontally()[6, 3]);
        Assert.Equal(Picture[2, 0], Picture.FlipVertically()[2, 4]);
        Assert.Equal(0, TestPictures.LargestDifference(Picture, Picture.FlipHorizontally().FlipHorizontally()));
        Assert.Equal(0, TestPictures.LargestDifference(Picture, Picture.FlipVertically().FlipVertically()));
    }

    [Fact]
    public void Blur_leaves_a_flat_image_unchanged()
    {
        var flat = Image.Filled(40, 30, new(12, 130, 251));

        Assert.Equal(0, TestPictures.LargestDifference(flat, flat.Blur(4)));
    }

    [Fact]
    public void Blur_spreads_a_white_column_as_the_normal_distribution_does()
    {
        const double sigma = 2.5;
        var blurred = TestPictures.Make(41, 9, (x, _, _) => x == 20 ? 255 : 0).Blur(sigma);

        for (var x = 12; x <= 28; x++)
        {
            var density = Math.Exp(-(x - 20) * (x - 20) / (2 * sigma * sigma)) / (sigma * Math.Sqrt(2 * Math.PI));
            Assert.InRange(blurred[x, 4].G, 255 * density - 1, 255 * density + 1);
        }
    }

    [Fact]
    public void Blur_of_width_zero_changes_nothing_and_of_negative_width_is_refused()
    {
        Assert.Equal(0, TestPictures.LargestDifference(Picture, Picture.Blur(0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Picture.Blur(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Picture.Blur(double.NaN));
    }

    [Fact]
    public void Samples_that_do_not_fit_the_size_are_refused() =>
        Assert.Contains("18 samples", Assert.Throws<ArgumentException>(() => Image.FromPixels(3, 2, new byte[17])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_part_is_the_crop_or_the_whole_where_it_is_one()
    {
        var picture = TestPictures.Irregular(13, 9);
        Assert.Equal(picture.Crop(2, 3, 6, 5).Pixels.ToArray(), picture.ResizePart(2, 3, 6, 5, 6, 5).Pixels.ToArray());
        Assert.Equal(picture.Resize(5, 4).Pixels.ToArray(), picture.ResizePart(0, 0, 13, 9, 5, 4).Pixels.ToArray());
        // Half a pixel further, each pixel is the mean of two.
        int between = picture.ResizePart(2.5, 3, 1, 1, 1, 1)[0, 0].R, mean = picture[2, 3].R + picture[3, 3].R;
        Assert.InRange(between, mean / 2, (mean + 1) / 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => picture.ResizePart(8, 0, 6, 5, 6, 5));
    }
}
