using Unmask.Imaging;

namespace Unmask.Tests.Imaging;

public sealed class ResizeTests
{
    // Computed with Pillow 9.4.0: Image.fromarray(a).resize(size, filter) for the samples of TestPictures.Irregular(13, 9);
    // the checksum is Σ (i + 1)·sample(i) mod 1 000 003.
    [Theory]
    [InlineData(ResizeFilter.Box, 5, 4, 247585, new byte[] { 96, 120, 101, 94, 169, 116, 116, 199, 198, 143, 107, 135 })]
    [InlineData(ResizeFilter.Box, 4, 11, 160558, new byte[] { 62, 120, 92, 92, 187, 155, 89, 179, 184, 150, 156, 163 })]
    [InlineData(ResizeFilter.Box, 17, 6, 422626, new byte[] { 51, 88, 126, 114, 53, 119, 114, 53, 119, 124, 219, 59 })]
    [InlineData(ResizeFilter.Bilinear, 5, 4, 244772, new byte[] { 101, 119, 106, 102, 157, 120, 122, 180, 167, 140, 140, 143 })]
    [InlineData(ResizeFilter.Bilinear, 4, 11, 172374, new byte[] { 64, 135, 93, 97, 189, 153, 82, 179, 188, 147, 169, 162 })]
    [InlineData(ResizeFilter.Bilinear, 17, 6, 291473, new byte[] { 38, 73, 109, 75, 67, 121, 109, 129, 100, 120, 219, 62 })]
    [InlineData(ResizeFilter.Bicubic, 5, 4, 244685, new byte[] { 97, 114, 101, 100, 161, 117, 120, 188, 176, 140, 140, 144 })]
    [InlineData(ResizeFilter.Bicubic, 4, 11, 172336, new byte[] { 60, 132, 84, 98, 193, 154, 73, 185, 195, 154, 168, 168 })]
    [InlineData(ResizeFilter.Bicubic, 17, 6, 297237, new byte[] { 29, 74, 106, 69, 50, 126, 117, 121, 102, 128, 233, 52 })]
    [InlineData(ResizeFilter.Lanczos, 5, 4, 244173, new byte[] { 95, 115, 99, 102, 160, 115, 116, 187, 180, 138, 147, 141 })]
    [InlineData(ResizeFilter.Lanczos, 4, 11, 171828, new byte[] { 60, 132, 78, 99, 198, 153, 68, 186, 202, 157, 168, 163 })]
    [InlineData(ResizeFilter.Lanczos, 17, 6, 284611, new byte[] { 26, 80, 107, 63, 40, 129, 129, 114, 102, 133, 237, 43 })]
    [InlineData(ResizeFilter.Nearest, 5, 4, 261294, new byte[] { 191, 10, 85, 81, 214, 91, 215, 179, 143, 247, 42, 93 })]
    [InlineData(ResizeFilter.Nearest, 4, 11, 226807, new byte[] { 37, 95, 153, 80, 225, 114, 64, 69, 74, 125, 217, 53 })]
    [InlineData(ResizeFilter.Nearest, 17, 6, 336509, new byte[] { 0, 29, 58, 37, 95, 153, 37, 95, 153, 148, 235, 66 })]
    public void Every_filter_gives_the_pixels_of_Pillow(ResizeFilter filter, int width, int height, int checksum, byte[] start)
    {
        var resized = TestPictures.Irregular(13, 9).Resize(width, height, filter);

        Assert.Equal((width, height), (resized.Width, resized.Height));
        Assert.Equal(start, resized.Pixels[..start.Length].ToArray());
        var sum = 0L;
        for (var i = 0; i < resized.Pixels.Length; i++)
            sum += (i + 1L) * resized.Pixels[i];
        Assert.Equal(checksum, sum % 1_000_003);
    }

    // Computed with PyTorch: interpolate(a, (4, 5), mode="bilinear", align_corners=False), rounded.
    private static readonly byte[] ByPyTorch =
    [
        119, 54, 117, 94, 168, 114, 154, 208, 165, 162, 99, 132, 96, 153, 57, 192, 201, 146, 151, 75, 108, 41, 130, 219, 109, 50, 196, 135, 120, 104,
        93, 56, 217, 105, 137, 169, 87, 195, 78, 191, 150, 166, 175, 184, 186, 146, 154, 143, 123, 98, 188, 134, 146, 157, 157, 187, 75, 138, 172, 79,
    ];

    [Fact]
    public void Bilinear_without_antialias_gives_the_pixels_of_PyTorch_within_rounding_between_the_two_passes()
    {
        var resized = TestPictures.Irregular(13, 9).Resize(5, 4, ResizeFilter.Bilinear, antialias: false);

        for (var i = 0; i < ByPyTorch.Length; i++)
            Assert.InRange(resized.Pixels[i] - ByPyTorch[i], -1, 1);
    }

    [Theory]
    [InlineData(ResizeFilter.Nearest)]
    [InlineData(ResizeFilter.Box)]
    [InlineData(ResizeFilter.Bilinear)]
    [InlineData(ResizeFilter.Bicubic)]
    [InlineData(ResizeFilter.Lanczos)]
    public void A_flat_picture_stays_flat_at_every_size(ResizeFilter filter)
    {
        var flat = Image.Filled(37, 23, new(200, 3, 255));

        foreach (var (width, height) in new[] { (1, 1), (5, 40), (100, 7), (37, 22), (250, 250) })
            Assert.Equal(0, TestPictures.LargestDifference(Image.Filled(width, height, new(200, 3, 255)), flat.Resize(width, height, filter)));
    }

    [Theory]
    [InlineData(640, 480, 256, 341, 256)]
    [InlineData(480, 641, 256, 256, 341)]
    [InlineData(300, 300, 224, 224, 224)]
    [InlineData(451, 300, 232, 348, 232)]
    public void The_shorter_side_gets_the_length_and_the_longer_is_rounded_down_as_torchvision_does(int width, int height, int length, int newWidth, int newHeight)
    {
        var resized = Image.Filled(width, height, Rgb.White).ResizeShorterSide(length);

        Assert.Equal((newWidth, newHeight), (resized.Width, resized.Height));
    }

    [Fact]
    public void A_size_below_one_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Image.Filled(3, 3, Rgb.White).Resize(0, 3));
}
