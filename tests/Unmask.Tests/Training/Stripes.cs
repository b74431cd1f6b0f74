using Unmask.Imaging;
using Unmask.Tests.Support;

namespace Unmask.Tests.Training;

/// <summary>A set of pictures of two classes, made by the test: stripes across and stripes down, in random colours, widths and places.</summary>
internal static class Stripes
{
    public const int Side = 32;

    /// <summary>Writes pictures into a folder a class.</summary>
    public static string Write(TemporaryFolder folder, int each, string name = "stripes")
    {
        for (int i = 0; i < 2 * each; i++)
        {
            string place = Path.Combine(folder.Path, name, i % 2 == 0 ? "across" : "down");
            Directory.CreateDirectory(place);
            Draw(i).Save(Path.Combine(place, $"{i}.png"));
        }

        return Path.Combine(folder.Path, name);
    }

    /// <summary>An even number is across, an odd one down.</summary>
    public static Image Draw(int item)
    {
        var random = Rng.At(31, item);
        byte[] pixels = new byte[3 * Side * Side];
        int period = 4 + random.NextInt32(5), phase = random.NextInt32(period);
        int[] one = [random.NextInt32(256), random.NextInt32(256), random.NextInt32(256)], other = [.. one.Select(level => level ^ 128)];
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                int at = (item % 2 == 0 ? y : x) + phase;
                int[] colour = at % period < period / 2 ? one : other;
                for (int channel = 0; channel < 3; channel++)
                {
                    pixels[(3 * ((y * Side) + x)) + channel] = (byte)Math.Clamp(colour[channel] + random.NextInt32(61) - 30, 0, 255);
                }
            }
        }

        return Image.FromPixels(Side, Side, pixels);
    }
}
