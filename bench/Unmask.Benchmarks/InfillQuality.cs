using System.Diagnostics;
using System.Globalization;
using Unmask.Imaging;
using Unmask.Probing;

namespace Unmask.Benchmarks;

/// <summary>
/// How far in-fills are from what was hidden: the root of the mean squared error of hidden pixels, in levels of 0 to 255, over photos and masks of four kinds. Not what makes an
/// in-fill good for explaining (that hidden things come back is a fault there), but whether it is a likely picture.
/// </summary>
internal static class InfillQuality
{
    private const int Side = 224;

    // A square of occlusion, RISE's grid, coarse and fine, and the pixels of a deletion curve, all hidden by half but the first.
    private static readonly (string Name, Func<ulong, float[]> Mask)[] Kinds =
    [
        ("square of 64", Square), ("7 × 7 cells", seed => Cells(7, 0.5, seed)), ("28 × 28 cells", seed => Cells(28, 0.5, seed)), ("single pixels", seed => Cells(Side, 0.5, seed)),
    ];

    public static void Run(string folder, string[] infills)
    {
        var inputs = PictureFolder.List(folder).Select(path => Prepare(Image.Load(path))).ToArray();
        Console.WriteLine($"| in-fill | {string.Join(" | ", Kinds.Select(kind => kind.Name))} | ms a mask |");
        Console.WriteLine($"| --- |{string.Concat(Enumerable.Repeat(" --- |", Kinds.Length + 1))}");
        foreach (string text in infills)
        {
            var infill = Infill.Parse(text);
            List<double> milliseconds = [];
            var errors = Kinds.Select(kind => Math.Sqrt(inputs.Select((input, number) => Error(infill, input, kind.Mask((ulong)number), milliseconds)).Average())).ToArray();
            milliseconds.Sort();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {text} | {string.Join(" | ", errors.Select(error => error.ToString("0.0", CultureInfo.InvariantCulture)))} | {milliseconds[milliseconds.Count / 2]:0.#} |"));
        }
    }

    /// <summary>A photo as ImageNet's networks see it.</summary>
    public static ModelInput Prepare(Image photo)
    {
        using var model = Model.FromFunction(batch => batch, new(AxisOrder.ChannelsFirst, [3, Side, Side]), OutputKind.Other, new() { Preprocessing = Preprocessing.ImageNet });
        return model.Prepare(photo);
    }

    /// <summary>The level of 0 to 255 that became a value.</summary>
    public static double LevelOf(float value, int channel)
    {
        double black = Preprocessing.ImageNet.Normalize(0, channel), white = Preprocessing.ImageNet.Normalize(255, channel);
        return 255 * (value - black) / (white - black);
    }

    /// <summary>Square cells, kept by chance.</summary>
    public static float[] Cells(int cells, double probability, ulong seed)
    {
        var random = Rng.At(seed, cells);
        float[] kept = new float[cells * cells];
        for (int i = 0; i < kept.Length; i++)
        {
            kept[i] = random.NextDouble() < probability ? 1 : 0;
        }

        return [.. Enumerable.Range(0, Side * Side).Select(place => kept[(place / Side * cells / Side * cells) + (place % Side * cells / Side)])];
    }

    /// <summary>Hides a square.</summary>
    public static void Hide(float[] mask, int top, int left, int side)
    {
        for (int y = top; y < top + side; y++)
        {
            mask.AsSpan((y * Side) + left, side).Clear();
        }
    }

    private static float[] Square(ulong seed)
    {
        const int Window = 64;
        float[] mask = [.. Enumerable.Repeat(1f, Side * Side)];
        var random = Rng.At(seed, 0);
        Hide(mask, random.NextInt32(Side - Window + 1), random.NextInt32(Side - Window + 1), Window);
        return mask;
    }

    /// <summary>Mean over hidden pixels and channels of the squared difference.</summary>
    private static double Error(Infill infill, ModelInput input, float[] mask, List<double> milliseconds)
    {
        long began = Stopwatch.GetTimestamp();
        float[] filled = infill.Apply(input, mask);
        milliseconds.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        double sum = 0;
        int count = 0;
        for (int i = 0; i < filled.Length; i++)
        {
            if (mask[i % mask.Length] == 0)
            {
                double difference = LevelOf(filled[i], i / mask.Length) - LevelOf(input.Values[i], i / mask.Length);
                (sum, count) = (sum + (difference * difference), count + 1);
            }
        }

        return sum / Math.Max(1, count);
    }
}
