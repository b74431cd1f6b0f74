using Unmask.Imaging;
using Unmask.Tests.Support;

namespace Unmask.Tests.Imaging;

/// <summary>
/// Pictures that were looked at once and kept in tests/Golden/Imaging. To look at new ones and keep them, run the tests with
/// UNMASK_KEEP_GOLDEN=1 and say in the commit why the picture changed.
/// </summary>
internal static class Golden
{
    private static readonly string Folder = Path.Combine(Shared.Repository(), "tests", "Golden", "Imaging");

    /// <summary>Compares with a tolerance for another processor's rounding: one grey level on average, 24 anywhere.</summary>
    public static void Check(string name, Image actual)
    {
        var path = Path.Combine(Folder, name);
        if (Environment.GetEnvironmentVariable("UNMASK_KEEP_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Folder);
            actual.Save(path);
        }
        var expected = Image.Load(path);
        Assert.InRange(TestPictures.LargestDifference(expected, actual), 0, 24);
        var sum = 0L;
        for (var i = 0; i < actual.Pixels.Length; i++)
            sum += Math.Abs(expected.Pixels[i] - actual.Pixels[i]);
        Assert.InRange((double)sum / actual.Pixels.Length, 0, 1);
    }
}
