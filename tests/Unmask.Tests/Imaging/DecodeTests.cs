using Unmask.Imaging;

namespace Unmask.Tests.Imaging;

public sealed class DecodeTests
{
    private static readonly Image Picture = TestPictures.Smooth(60, 40);

    [Theory]
    [InlineData("pngsave_buffer", 0)]
    [InlineData("tiffsave_buffer", 0)]
    [InlineData("jpegsave_buffer", 8)]
    [InlineData("webpsave_buffer", 16)]
    [InlineData("gifsave_buffer", 24)]
    [InlineData("heifsave_buffer", 12)]
    public void Every_format_comes_back(string saver, int difference)
    {
        var file = TestPictures.File(Picture, saver, options: save => saver == "heifsave_buffer" ? save.With("compression", 4) : save);

        Assert.InRange(TestPictures.LargestDifference(Picture, Image.Decode(file)), 0, difference);
    }

    [Fact]
    public void Sixteen_bits_become_eight()
    {
        var file = TestPictures.File(Picture, "pngsave_buffer", TestPictures.Operation("colourspace", o => o.With("space", (int)VipsInterpretation.Rgb16)));

        Assert.Equal(16, file[24]);
        Assert.Equal(0, TestPictures.LargestDifference(Picture, Image.Decode(file)));
    }

    [Fact]
    public void Grey_becomes_three_equal_channels()
    {
        var ramp = TestPictures.Make(40, 6, (x, _, _) => 6 * x);
        var file = TestPictures.File(ramp, "pngsave_buffer", TestPictures.Operation("extract_band", o => o.With("band", 0)));

        Assert.Equal(0, file[25]);
        Assert.Equal(0, TestPictures.LargestDifference(ramp, Image.Decode(file)));
    }

    [Fact]
    public void One_bit_becomes_black_and_white()
    {
        var squares = TestPictures.Make(16, 4, (x, y, _) => (x / 4 + y / 2) % 2 * 255);
        var file = TestPictures.File(squares, "pngsave_buffer", TestPictures.Operation("extract_band", o => o.With("band", 0)), save => save.With("bitdepth", 1));

        Assert.Equal(1, file[24]);
        Assert.Equal(0, TestPictures.LargestDifference(squares, Image.Decode(file)));
    }

    [Fact]
    public void A_palette_is_looked_up()
    {
        var stripes = TestPictures.Make(30, 6, (x, _, c) => (x / 10 == c) ? 250 : 10);
        var file = TestPictures.File(stripes, "pngsave_buffer", options: save => save.With("palette", true));

        Assert.Equal(3, file[25]);
        Assert.InRange(TestPictures.LargestDifference(stripes, Image.Decode(file)), 0, 2);
    }

    [Theory]
    [InlineData("pngsave_buffer")]
    [InlineData("tiffsave_buffer")]
    public void Transparency_is_laid_on_white(string saver)
    {
        var file = TestPictures.File(Image.Filled(8, 8, new(200, 0, 100)), saver,
            TestPictures.Operation("bandjoin_const", o => o.With("c", [51.0])));

        // 51 of 255 is one fifth: 0.2 · colour + 0.8 · 255.
        Assert.Equal(new(244, 204, 224), Image.Decode(file)[3, 3]);
    }

    [Fact]
    public void Grey_with_transparency_in_sixteen_bits_is_laid_on_white()
    {
        var grey = TestPictures.Operation("extract_band", o => o.With("band", 0));
        var file = TestPictures.File(Image.Filled(8, 8, new(100, 0, 0)), "pngsave_buffer", image =>
        {
            using var one = grey(image);
            using var two = TestPictures.Operation("bandjoin_const", o => o.With("c", [51.0]))(one);
            return TestPictures.Operation("colourspace", o => o.With("space", (int)VipsInterpretation.Grey16))(two);
        });

        Assert.Equal((16, 4), (file[24], file[25]));
        Assert.Equal(new(224, 224, 224), Image.Decode(file)[3, 3]);
    }

    // EXIF orientation: where the stored picture's top left corner and its row direction belong.
    [Theory]
    [InlineData(1, false, 0, 0)]
    [InlineData(2, false, 59, 0)]
    [InlineData(3, false, 59, 39)]
    [InlineData(4, false, 0, 39)]
    [InlineData(5, true, 0, 0)]
    [InlineData(6, true, 39, 0)]
    [InlineData(7, true, 39, 59)]
    [InlineData(8, true, 0, 59)]
    public void The_orientation_of_the_camera_is_undone(int orientation, bool sideways, int x, int y)
    {
        var file = TestPictures.File(Picture, "jpegsave_buffer", Tagged(orientation), save => save.With("Q", 100));

        var upright = Image.Decode(file);

        Assert.Equal(sideways ? (40, 60) : (60, 40), (upright.Width, upright.Height));
        var (stored, shown) = (Picture[0, 0], upright[x, y]);
        Assert.InRange(Math.Abs(stored.R - shown.R) + Math.Abs(stored.G - shown.G) + Math.Abs(stored.B - shown.B), 0, 12);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    public void A_wide_gamut_profile_is_converted_to_sRGB(int depth)
    {
        var toWide = TestPictures.Operation("icc_transform", o => o.With("output-profile", "p3").With("input-profile", "srgb").With("depth", depth));
        var file = TestPictures.File(Picture, "pngsave_buffer", toWide);
        var withoutProfile = TestPictures.File(Picture, "pngsave_buffer", toWide, save => save.With("keep", VipsArgument.KeepNothing));

        Assert.Equal(depth, file[24]);
        // Some of it from making the 16-bit file, which goes through coarse tables.
        Assert.InRange(TestPictures.LargestDifference(Picture, Image.Decode(file)), 0, 5);
        Assert.InRange(TestPictures.LargestDifference(Picture, Image.Decode(withoutProfile)), 15, 255);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    public void Transparency_survives_the_conversion_of_a_profile(int depth)
    {
        var file = TestPictures.File(Image.Filled(8, 8, new(200, 40, 100)), "pngsave_buffer", image =>
        {
            using var wide = TestPictures.Operation("icc_transform", o => o.With("output-profile", "p3").With("input-profile", "srgb").With("depth", depth))(image);
            return TestPictures.Operation("bandjoin_const", o => o.With("c", [depth == 8 ? 51.0 : 51 * 257]))(wide);
        });

        var color = Image.Decode(file)[3, 3];

        Assert.Equal((depth, 6), (file[24], file[25]));
        Assert.InRange(color.R, 243, 245);
        Assert.InRange(color.G, 211, 213);
        Assert.InRange(color.B, 223, 225);
    }

    [Fact]
    public void Pictures_decoded_side_by_side_equal_those_decoded_alone()
    {
        var files = new[] { "pngsave_buffer", "jpegsave_buffer", "webpsave_buffer", "tiffsave_buffer" }.Select(saver => TestPictures.File(Picture, saver)).ToArray();
        var alone = files.Select(file => Image.Decode(file)).ToArray();

        Parallel.For(0, 200, i => Assert.True(alone[i % 4].Pixels.SequenceEqual(Image.Decode(files[i % 4]).Pixels)));
    }

    [Fact]
    public void A_profile_of_sRGB_itself_leaves_every_pixel_as_it_is()
    {
        var file = TestPictures.File(Picture, "pngsave_buffer", TestPictures.Operation("icc_transform", o => o.With("output-profile", "srgb").With("input-profile", "p3")));
        var pixels = TestPictures.File(Picture, "pngsave_buffer", TestPictures.Operation("icc_transform", o => o.With("output-profile", "srgb").With("input-profile", "p3")), save => save.With("keep", VipsArgument.KeepNothing));

        Assert.Equal(0, TestPictures.LargestDifference(Image.Decode(pixels), Image.Decode(file)));
    }

    [Theory]
    [InlineData("jpegsave_buffer", true, 12)]
    [InlineData("jpegsave_buffer", false, 12)]
    [InlineData("tiffsave_buffer", true, 12)]
    public void Press_colours_come_back_with_and_without_a_profile(string saver, bool profile, int difference)
    {
        var pale = TestPictures.Make(60, 40, (x, y, c) => 110 + (c == 0 ? x : c == 1 ? y : 60 - x));
        var file = TestPictures.File(pale, saver, TestPictures.Operation("icc_transform", o => o.With("output-profile", "cmyk").With("input-profile", "srgb")
                .With("intent", VipsArgument.IntentRelative).With("black-point-compensation", true)),
            save => save.With("keep", profile ? VipsArgument.KeepAll : VipsArgument.KeepNothing));

        Assert.InRange(TestPictures.LargestDifference(pale, Image.Decode(file)), 0, difference);
    }

    [Fact]
    public void Only_the_first_frame_of_an_animation_is_read()
    {
        var frames = TestPictures.Make(20, 30, (_, y, _) => y < 10 ? 0 : y < 20 ? 120 : 250);
        var file = TestPictures.File(frames, "gifsave_buffer", image =>
        {
            using var copy = new VipsOperation("copy").With("in", image);
            var paged = copy.Run();
            Vips.SetInt(paged, "page-height", 10);
            return paged;
        });

        Assert.Equal(0, TestPictures.LargestDifference(Image.Filled(20, 10, Rgb.Black), Image.Decode(file)));
    }

    private static Func<VipsHandle, VipsHandle> Tagged(int orientation) => image =>
    {
        using var copy = new VipsOperation("copy").With("in", image);
        var tagged = copy.Run();
        Vips.SetInt(tagged, "orientation", orientation);
        return tagged;
    };
}
