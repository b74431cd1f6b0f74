using System.Globalization;
using Unmask.Imaging;
using Unmask.Metrics;

namespace Unmask.Benchmarks;

/// <summary>Deletion and insertion of the maps that <see cref="RiseQuality"/> kept, and of the references; then the comparisons that were promised. Resumable.</summary>
internal static class RiseQualityScores
{
    private const string Reference = "reference";

    public static void Run(string path, string folder, string cache, string[] arguments)
    {
        using var model = Model.Load(path, new() { Preprocessing = Preprocessing.Named(arguments.Length > 0 ? arguments[0] : "imagenet") });
        string own = Path.Combine(cache, Path.GetFileNameWithoutExtension(path));
        foreach (string photo in PictureFolder.List(folder))
        {
            string stem = Path.GetFileNameWithoutExtension(photo), scores = Path.Combine(own, $"{stem}.scores");
            if (!File.Exists(scores) && File.Exists(Path.Combine(own, $"{stem}.csv")))
            {
                AtomicFile.WriteText(scores, string.Join('\n', Measure(model, photo, own, stem)) + "\n");
            }
        }

        Print(own);
    }

    private static List<string> Measure(Model model, string photo, string cache, string stem)
    {
        var subject = MetricSubject.Of(model, model.Prepare(Image.Load(photo)));
        float[][] halves = [.. RiseQuality.ReferenceSeeds.Select(seed => Npy.ReadFloats(Path.Combine(cache, $"{stem}.{seed}.npy")).Values)];
        List<(string Name, float[] Map)> maps = [(Reference, [.. halves[0].Zip(halves[1], (a, b) => (a + b) / 2)])];
        maps.AddRange(RiseQuality.Kept.Select(kept => (NameOf(kept), Npy.ReadFloats(RiseQuality.MapFile(cache, stem, kept.Design, kept.Estimator, kept.Masks)).Values)));
        float[][] values = [.. maps.Select(map => map.Map)];
        var deletion = new Deletion().Measure(subject, values);
        var insertion = new Insertion().Measure(subject, values);
        return [.. maps.Select((map, i) => string.Create(
            CultureInfo.InvariantCulture, $"{map.Name},{MapComparison.Correlation(map.Map, maps[0].Map)},{deletion[i].Value},{insertion[i].Value}"))];
    }

    private static string NameOf((string Design, string Estimator, int Masks) kept) => string.Create(CultureInfo.InvariantCulture, $"{kept.Design} {kept.Estimator} {kept.Masks}");

    private static void Print(string folder)
    {
        var photos = Directory.EnumerateFiles(folder, "*.scores").Order(StringComparer.Ordinal)
            .Select(file => File.ReadAllLines(file).Select(line => line.Split(',')).ToDictionary(row => row[0], row => row.Skip(1).Select(Number).ToArray(), StringComparer.Ordinal)).ToList();
        Console.WriteLine($"{Path.GetFileName(folder)}, {photos.Count} photos: correlation to the reference, deletion, insertion");
        foreach (string name in photos[0].Keys)
        {
            Console.WriteLine($"{name}: {string.Join("  ", Enumerable.Range(0, 3).Select(i => Text(Bootstrap.Mean([.. photos.Select(photo => photo[name][i])], seed: 17))))}");
        }

        Compare(photos, "hadamard regression 256", "independent plain 4000");
        Compare(photos, "hadamard regression 512", "independent plain 4000");
        Compare(photos, "hadamard regression 1500", "independent mean-subtracted 4000");
        Compare(photos, "hadamard-warm regression 256", "hadamard regression 256");
    }

    private static void Compare(List<Dictionary<string, double[]>> photos, string one, string other)
    {
        var differences = Enumerable.Range(0, 3).Select(i => Bootstrap.Difference([.. photos.Select(photo => photo[one][i])], [.. photos.Select(photo => photo[other][i])], seed: 17));
        Console.WriteLine($"{one} minus {other}: {string.Join("  ", differences.Select(Text))}");
    }

    private static string Text(Interval interval) => string.Create(CultureInfo.InvariantCulture, $"{interval.Mean:f3} [{interval.Low:f3}, {interval.High:f3}]");

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
