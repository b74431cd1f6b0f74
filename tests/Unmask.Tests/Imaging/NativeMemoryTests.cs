using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Unmask.Imaging;

namespace Unmask.Tests.Imaging;

/// <summary>Counts what is alive in libvips for the whole process, so nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(NativeMemoryTests), DisableParallelization = true)]
[Collection(nameof(NativeMemoryTests))]
public sealed unsafe class NativeMemoryTests
{
    private static int _objects;

    [Fact]
    public void Nothing_of_libvips_stays_alive_after_loading_changing_and_saving()
    {
        var files = new[] { "pngsave_buffer", "jpegsave_buffer", "tiffsave_buffer", "webpsave_buffer", "gifsave_buffer" }
            .Select(saver => TestPictures.File(TestPictures.Smooth(90, 70), saver)).ToArray();
        var before = Alive();

        foreach (var file in files)
            _ = Image.Decode(file).Blur(2).Encode(ImageFormat.Png);

        AssertNothingMoreThan(before);
    }

    [Fact]
    public void Nothing_of_libvips_stays_alive_after_conversions_of_colour_and_turns()
    {
        var file = TestPictures.File(TestPictures.Smooth(90, 70), "jpegsave_buffer", image =>
        {
            using var convert = new VipsOperation("icc_transform").With("in", image).With("output-profile", "p3").With("input-profile", "srgb");
            var converted = convert.Run();
            Vips.SetInt(converted, "orientation", 6);
            return converted;
        });
        var before = Alive();

        Assert.Equal(70, Image.Decode(file).Width);

        AssertNothingMoreThan(before);
    }

    [Fact]
    public void Nothing_of_libvips_stays_alive_after_a_failure()
    {
        var file = TestPictures.File(TestPictures.Irregular(90, 70), "jpegsave_buffer");
        var before = Alive();

        Assert.Throws<ImageFormatException>(() => Image.Decode(file.AsMemory(0, file.Length / 2)));
        Assert.Throws<ImageFormatException>(() => Image.Decode(file.AsMemory(0, 20)));
        Assert.Throws<ImageFormatException>(() => Image.Decode(TestPictures.PngHeader(40_000, 40_000)));

        AssertNothingMoreThan(before);
    }

    /// <summary>libvips' worker threads free their buffers when they end, which may be a moment after the result is there.</summary>
    private static void AssertNothingMoreThan((int Objects, int Allocations) before)
    {
        var settled = SpinWait.SpinUntil(() => Alive() == before, TimeSpan.FromSeconds(20));
        Assert.True(settled, $"{before} were alive before, {Alive()} are afterwards");
    }

    private static (int Objects, int Allocations) Alive()
    {
        VipsLibrary.Ensure();
        _objects = 0;
        _ = Vips.MapObjects(&Count, 0, 0);
        return (_objects, Vips.TrackedAllocations());
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Count(nint instance, nint a, nint b)
    {
        _objects++;
        return 0;
    }
}
