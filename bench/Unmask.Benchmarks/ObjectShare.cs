using System.Globalization;
using Unmask.Graphs;
using Unmask.Imaging;

namespace Unmask.Benchmarks;

/// <summary>
/// On photos with segmented objects: how much of a map's positive attribution lies inside the object, against a centre prior (a Gaussian of a
/// quarter of the side), with a bootstrap interval over photos.
/// </summary>
internal static class ObjectShare
{
    private const double LeastProbability = 0.05;
    private const double LeastArea = 0.02, MostArea = 0.7;

    public static void Run(string path, string folder, string[] arguments)
    {
        var preprocessing = Preprocessing.Named(arguments.Length > 0 ? arguments[0] : "imagenet");
        int masks = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 4000;
        using var model = Model.Load(path, new() { Preprocessing = preprocessing });
        var names = Names(folder);
        IExplainer[] explainers =
        [
            new Rise(model, RiseOptions.Paper with { Masks = masks, Normalization = MaskNormalization.MeanSubtracted }),
            new Occlusion(model, new() { Window = [48], Stride = [16] }),
        ];
        var rows = new List<double[]>();
        foreach (string mask in Directory.EnumerateFiles(Path.Combine(folder, "train2017", "semantic"), "*.png").Order(StringComparer.Ordinal))
        {
            if (Measure(model, explainers, names, folder, mask) is { } row)
            {
                rows.Add(row);
            }
        }

        Report(explainers, rows, path);
    }

    /// <summary>[centre prior, area, each explainer …] for the object that the model recognises best; <c>null</c> when it recognises none.</summary>
    private static double[]? Measure(Model model, IExplainer[] explainers, Dictionary<int, string> names, string folder, string maskFile)
    {
        string stem = Path.GetFileNameWithoutExtension(maskFile);
        var photo = Image.Load(Path.Combine(folder, "train2017", "images", stem + ".jpg"));
        var mask = Image.Load(maskFile);
        var input = model.Prepare(photo);
        var prediction = model.Predict(input);
        var (category, index) = ImageNetObjects.BestOf(mask, names, prediction);
        if (index < 0 || prediction.Probability(index) is not >= (float)LeastProbability)
        {
            return null;
        }

        bool[,] inside = OnModelPixels(mask, category, input);
        double area = Share(inside, (_, _) => 1);
        if (area is < LeastArea or > MostArea)
        {
            return null;
        }

        var shares = explainers.Select(explainer =>
        {
            float[,] map = explainer.Explain(input, Target.Class(index)).ToMap();
            return Share(inside, (y, x) => Math.Max(0, map[y, x]));
        }).ToArray();
        var (height, width) = input.Layout.Spatial;
        double prior = Share(inside, (y, x) => Math.Exp(-0.5 * (Math.Pow((y + 0.5 - (height / 2.0)) / (height / 4.0), 2) + Math.Pow((x + 0.5 - (width / 2.0)) / (width / 4.0), 2))));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{stem} {names[category],-14} class {index,3} p {prediction.Probability(index):f2} area {area:f2} centre {prior:f2} {string.Join(' ', explainers.Zip(shares, (e, s) => string.Create(CultureInfo.InvariantCulture, $"{e.Method} {s:f2}")))}"));
        return [prior, area, .. shares];
    }

    /// <summary>The category's mask as the model sees the photo: sampled at the centre of each of the model's pixels.</summary>
    private static bool[,] OnModelPixels(Image mask, int category, ModelInput input)
    {
        var (height, width) = input.Layout.Spatial;
        var place = input.Placement!.Value;
        double scaleX = (double)mask.Width / input.Picture!.Width, scaleY = (double)mask.Height / input.Picture.Height;
        bool[,] inside = new bool[height, width];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int column = (int)((place.Left + ((x + 0.5) * place.Width / width)) * scaleX), row = (int)((place.Top + ((y + 0.5) * place.Height / height)) * scaleY);
                inside[y, x] = column >= 0 && row >= 0 && column < mask.Width && row < mask.Height && mask.Pixels[((row * mask.Width) + column) * 3] == category;
            }
        }

        return inside;
    }

    private static double Share(bool[,] inside, Func<int, int, double> weight)
    {
        double within = 0, all = 0;
        for (int y = 0; y < inside.GetLength(0); y++)
        {
            for (int x = 0; x < inside.GetLength(1); x++)
            {
                double value = weight(y, x);
                all += value;
                within += inside[y, x] ? value : 0;
            }
        }

        return all > 0 ? within / all : 0;
    }

    private static void Report(IExplainer[] explainers, List<double[]> rows, string path)
    {
        Console.WriteLine($"\n{Path.GetFileName(path)}: {rows.Count} photos; area {rows.Average(row => row[1]):f3}, centre prior {rows.Average(row => row[0]):f3}");
        for (int i = 0; i < explainers.Length; i++)
        {
            double[] differences = [.. rows.Select(row => row[i + 2] - row[0])];
            var (low, high) = Bootstrap(differences);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{explainers[i].Method}: share inside {rows.Average(row => row[i + 2]):f3}; above the centre prior by {differences.Average():f3}, 95 % interval [{low:f3}, {high:f3}]"));
        }
    }

    private static (double Low, double High) Bootstrap(double[] values)
    {
        const int Resamples = 10000;
        double[] means = new double[Resamples];
        for (int sample = 0; sample < Resamples; sample++)
        {
            var random = Rng.At(17, sample);
            for (int i = 0; i < values.Length; i++)
            {
                means[sample] += values[random.NextInt32(values.Length)] / values.Length;
            }
        }

        Array.Sort(means);
        return (means[(int)(0.025 * Resamples)], means[(int)(0.975 * Resamples)]);
    }

    private static Dictionary<int, string> Names(string folder) => File.ReadAllLines(Path.Combine(folder, "panoptic_names.tsv"))
        .Select(line => line.Split('\t')).Where(parts => parts.Length == 2)
        .ToDictionary(parts => int.Parse(parts[0], CultureInfo.InvariantCulture), parts => parts[1].Trim());
}
