using Unmask.Imaging;

namespace Unmask.Tests.Imaging;

public sealed class SaveTests : IDisposable
{
    private static readonly Image Picture = TestPictures.Smooth(50, 30);

    private readonly string _folder = Directory.CreateTempSubdirectory("unmask-save-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("a.png", 0)]
    [InlineData("a.PNG", 0)]
    [InlineData("a.jpg", 8)]
    [InlineData("a.jpeg", 8)]
    [InlineData("a.webp", 10)]
    public void What_is_saved_loads_again(string name, int difference)
    {
        var path = Path.Combine(_folder, name);

        Picture.Save(path);

        Assert.InRange(TestPictures.LargestDifference(Picture, Image.Load(path)), 0, difference);
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Text_is_kept_in_a_PNG()
    {
        var file = Picture.Encode(ImageFormat.Png, new Dictionary<string, string> { ["Title"] = "Siamese cat — 87 %", ["Software"] = "Unmask" });

        Assert.True(file.AsSpan().IndexOf("iTXtTitle\0\0\0\0\0Siamese cat — 87 %"u8) > 0);
        Assert.True(file.AsSpan().IndexOf("iTXtSoftware\0\0\0\0\0Unmask"u8) > 0);
        Assert.Equal(0, TestPictures.LargestDifference(Picture, Image.Decode(file)));
        Assert.Throws<ArgumentException>(() => Picture.Encode(ImageFormat.Png, new Dictionary<string, string> { [""] = "x" }));
    }

    [Fact]
    public void The_same_pixels_give_the_same_file() => Assert.Equal(Picture.Encode(ImageFormat.Png), TestPictures.Smooth(50, 30).Encode(ImageFormat.Png));

    [Fact]
    public void An_unknown_extension_is_refused() =>
        Assert.Contains(".bmp", Assert.Throws<ArgumentException>(() => Picture.Save(Path.Combine(_folder, "a.bmp"))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_missing_folder_is_named() =>
        Assert.Contains("does not exist", Assert.Throws<DirectoryNotFoundException>(() => Picture.Save(Path.Combine(_folder, "no", "a.png"))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_folder_in_the_place_of_the_file_is_named()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "a.png"));

        Assert.Contains("is a folder", Assert.Throws<IOException>(() => Picture.Save(Path.Combine(_folder, "a.png"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_while_writing_leaves_nothing_behind()
    {
        // No file system takes a name of 300 letters: the pixels are written, moving them into place fails.
        var path = Path.Combine(_folder, $"{new string('a', 300)}.png");

        var error = Assert.ThrowsAny<IOException>(() => Picture.Save(path));

        Assert.Contains("cannot be written", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void A_file_that_cannot_be_replaced_is_left_as_it_was()
    {
        if (OperatingSystem.IsWindows()) return;
        var path = Path.Combine(_folder, "locked", "a.png");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "old");
        File.SetUnixFileMode(Path.GetDirectoryName(path)!, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            // The superuser may write everywhere; there is nothing to see then but the new file.
            if (Environment.UserName == "root") Picture.Save(path);
            else Assert.Contains("no permission", Assert.Throws<UnauthorizedAccessException>(() => Picture.Save(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.SetUnixFileMode(Path.GetDirectoryName(path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        Assert.Equal([path], Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!));
        if (Environment.UserName != "root") Assert.Equal("old", File.ReadAllText(path));
    }
}
