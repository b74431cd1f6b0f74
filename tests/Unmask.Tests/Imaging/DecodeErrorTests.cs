using Unmask.Imaging;

namespace Unmask.Tests.Imaging;

public sealed class DecodeErrorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("unmask-decode-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_huge_header_is_refused_before_memory_is_taken()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();

        var error = Refused(TestPictures.PngHeader(40_000, 40_000));

        Assert.Contains("40,000 × 40,000", error.Message, StringComparison.Ordinal);
        Assert.Contains("200 megapixels", error.Message, StringComparison.Ordinal);
        Assert.Contains("MaxMegapixels", error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void The_limit_can_be_set()
    {
        var file = TestPictures.File(Image.Filled(120, 100, Rgb.White), "pngsave_buffer");

        Assert.Equal(120, Image.Decode(file, options: new() { MaxMegapixels = 0.012 }).Width);
        Assert.Throws<ImageFormatException>(() => Image.Decode(file, options: new() { MaxMegapixels = 0.0119 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DecodeOptions { MaxMegapixels = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DecodeOptions { MaxMegapixels = double.NaN });
    }

    [Theory]
    [InlineData("jpegsave_buffer")]
    [InlineData("pngsave_buffer")]
    [InlineData("webpsave_buffer")]
    [InlineData("tiffsave_buffer")]
    [InlineData("gifsave_buffer")]
    public void A_truncated_file_is_refused_as_truncated(string saver)
    {
        var file = TestPictures.File(TestPictures.Irregular(90, 70), saver);

        foreach (var part in new[] { 0.3, 0.6, 0.9 })
            Assert.Contains("truncated", Refused(file[..(int)(part * file.Length)]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_is_refused_as_damaged()
    {
        var file = TestPictures.File(TestPictures.Irregular(90, 70), "pngsave_buffer");
        file[file.Length / 2] ^= 0xFF;

        Assert.Contains("damaged", Refused(file).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("jpegsave_buffer")]
    [InlineData("pngsave_buffer")]
    [InlineData("webpsave_buffer")]
    [InlineData("tiffsave_buffer")]
    [InlineData("gifsave_buffer")]
    [InlineData("heifsave_buffer")]
    public void Files_with_random_bytes_changed_are_read_or_refused_and_never_more(string saver)
    {
        var file = TestPictures.File(TestPictures.Smooth(40, 30), saver, options: save => saver == "heifsave_buffer" ? save.With("compression", 4) : save);

        for (var attempt = 0u; attempt < 60; attempt++)
        {
            var damaged = (byte[])file.Clone();
            for (var edit = 0u; edit < 4; edit++)
                damaged[Hash(attempt, edit) % (edit < 2 ? Math.Min(300, file.Length) : file.Length)] = (byte)Hash(edit, attempt);
            var error = Record.Exception(() => Image.Decode(damaged, "photo"));
            Assert.True(error is null or ImageFormatException, error?.ToString());
        }
    }

    [Theory]
    [InlineData("Dear diary, this is not a photo.", "a text file")]
    [InlineData("{\"a\": 1}", "JSON")]
    [InlineData("<!DOCTYPE html><html><body>404</body></html>", "a web page")]
    [InlineData("<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>", "an SVG drawing")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0", "Git LFS")]
    [InlineData("%PDF-1.7", "a PDF document")]
    [InlineData("PK\u0003\u0004", "a ZIP archive")]
    [InlineData("\0\0\0\u0018ftypheic\0\0\0\0mif1heic", "a HEIC picture")]
    [InlineData("\0\u0001\u0002\u0003\u0004", "unknown kind")]
    public void A_file_that_is_something_else_is_named(string content, string kind)
    {
        var path = Path.Combine(_folder, "photo.jpg");
        File.WriteAllText(path, content);

        var error = Assert.Throws<ImageFormatException>(() => Image.Load(path));

        Assert.Contains(kind, error.Message, StringComparison.Ordinal);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains("JPEG, PNG", error.Message, StringComparison.Ordinal);
        Assert.Equal("UNM005", error.Id);
    }

    [Fact]
    public void An_empty_file_is_refused_as_empty() => Assert.Contains("empty", Refused([]).Message, StringComparison.Ordinal);

    [Fact]
    public void A_missing_file_is_named_with_its_likely_neighbour()
    {
        File.WriteAllText(Path.Combine(_folder, "dog.png"), "");

        Assert.Contains("'dog.png'", Assert.Throws<FileNotFoundException>(() => Image.Load(Path.Combine(_folder, "dog.jpg"))).Message, StringComparison.Ordinal);
        Assert.Contains("no picture", Assert.Throws<FileNotFoundException>(() => Image.Load(Path.Combine(_folder, "cat.jpg"))).Message, StringComparison.Ordinal);
        Assert.Contains("does not exist", Assert.Throws<FileNotFoundException>(() => Image.Load(Path.Combine(_folder, "no", "cat.jpg"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_refused_as_a_folder() => Assert.Contains("is a folder", Assert.Throws<IOException>(() => Image.Load(_folder)).Message, StringComparison.Ordinal);

    [Fact]
    public void Samples_of_an_unknown_range_are_refused()
    {
        var file = TestPictures.File(Image.Filled(8, 8, Rgb.White), "tiffsave_buffer", TestPictures.Operation("cast", o => o.With("format", (int)VipsBandFormat.Float)));

        Assert.Contains("Float", Refused(file).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_of_many_failures_side_by_side_gets_its_own_message()
    {
        var jpeg = TestPictures.File(TestPictures.Irregular(90, 70), "jpegsave_buffer")[..900];
        var tiff = TestPictures.File(TestPictures.Irregular(90, 70), "tiffsave_buffer")[..900];

        Parallel.For(0, 64, i =>
        {
            var message = Refused(i % 2 == 0 ? jpeg : tiff).InnerException!.Message;
            Assert.Contains(i % 2 == 0 ? "JPEG" : "tiff", message, StringComparison.Ordinal);
            Assert.DoesNotContain(i % 2 == 0 ? "tiff" : "JPEG", message, StringComparison.Ordinal);
        });
    }

    private static ImageFormatException Refused(byte[] file) => Assert.Throws<ImageFormatException>(() => Image.Decode(file, "photo"));

    private static int Hash(uint a, uint b) => (int)(((a * 2654435761u) ^ (b * 40503u) ^ (a << 7)) * 2246822519u >> 4);
}
