using Unmask.Imaging;

namespace Unmask.Tests.Imaging;

public sealed class VipsLocationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("unmask-vips-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_bundled_library_is_found() => Assert.NotEqual(0, VipsLocation.Default.Load());

    [Fact]
    public void A_missing_library_is_reported_with_every_place_that_was_tried()
    {
        var error = Assert.Throws<DllNotFoundException>(() => new VipsLocation([_folder, Path.Combine(_folder, "no")], "libvips-cpp.so*", "libvips-of-nobody.so.1").Load());

        Assert.Contains($"{Path.Combine(_folder, "libvips-cpp.so*")} (not there)", error.Message, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(_folder, "no", "libvips-cpp.so*"), error.Message, StringComparison.Ordinal);
        Assert.Contains("libvips-of-nobody.so.1 (", error.Message, StringComparison.Ordinal);
        Assert.Contains("Build Unmask again", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_wrong_file_under_the_right_name_is_reported_with_the_loaders_reason()
    {
        var wrong = Path.Combine(_folder, "libvips-cpp.so.8.99.9");
        File.WriteAllText(wrong, "This is no library.");

        var error = Assert.Throws<DllNotFoundException>(() => new VipsLocation([_folder], "libvips-cpp.so*", "libvips-of-nobody.so.1").Load());

        Assert.Contains($"{wrong} (", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("(not there)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_file_does_not_hide_a_good_one_in_a_later_folder()
    {
        File.WriteAllText(Path.Combine(_folder, "libvips-42.dll"), "This is no library.");
        File.WriteAllText(Path.Combine(_folder, "libvips-cpp.so.1"), "This is no library.");
        File.WriteAllText(Path.Combine(_folder, "libvips-cpp.1.dylib"), "This is no library.");
        var location = VipsLocation.Default;

        Assert.NotEqual(0, (location with { Folders = [_folder, .. location.Folders] }).Load());
    }
}
