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
            string[] known = File.Exists(scores) ? [.. File.ReadAllLines(scores).Where(line => line.Length > 0)] : [];
            var added = File.Exists(Path.Combine(own, $"{stem}.csv")) ? Measure(model, photo, own, stem, known) : [];
            if (added.Count > 0)
            {
                AtomicFile.WriteText(scores, string.Join('\n', known.Concat(added)) + "\n");
            }
        }

        Print(own);
    }

    /// <summary>The lines of those maps that are there and not measured yet.</summary>
    private static List<string> Measure(Model model, string photo, string cache, string stem, string[] known)
    {
        float[][] halves = [.. RiseQuality.ReferenceSeeds.Select(seed => Npy.ReadFloats(Path.Combine(cache, $"{stem}.{seed}.npy")).Values)];
        float[] reference = [.. halves[0].Zip(halves[1], (a, b) => (a + b) / 2)];
        List<(string Name, float[] Map)> maps = [(Reference, reference)];
        maps.AddRange(from kept in RiseQuality.Kept
                      let file = RiseQuality.MapFile(cache, stem, kept.Design, kept.Estimator, kept.Masks)
                      where File.Exists(file)
                      select (NameOf(kept), Npy.ReadFloats(file).Values));
        maps.RemoveAll(map => known.Any(line => line.StartsWith(map.Name + ",", StringComparison.Ordinal)));
        if (maps.Count == 0)
        {
            return [];
        }

        var subject = MetricSubject.Of(model, model.Prepare(Image.Load(photo)));
        float[][] values = [.. maps.Select(map => map.Map)];
        var deletion = new Deletion().Measure(subject, values);
        var insertion = new Insertion().Measure(subject, values);
        return [.. maps.Select((map, i) => string.Create(
            CultureInfo.InvariantCulture, $"{map.Name},{MapComparison.Correlation(map.Map, reference)},{deletion[i].Value},{insertion[i].Value}"))];
    }

    private static string NameOf((string Design, string Estimator, int Masks) kept) => string.Create(CultureInfo.InvariantCulture, $"{kept.Design} {kept.Estimator} {kept.Masks}");

    private static void Print(string folder)
    {
        var photos = Directory.EnumerateFiles(folder, "*.scores").Order(StringComparer.Ordinal)
            .Select(file => File.ReadAllLines(file).Select(line => line.Split(',')).ToDictionary(row => row[0], row => row.Skip(1).Select(Number).ToArray(), StringComparer.Ordinal)).ToList();
        Console.WriteLine($"{Path.GetFileName(folder)}, {photos.Count} photos: correlation to the reference, deletion, insertion");
        foreach (string name in photos.SelectMany(photo => photo.Keys).Distinct())
        {
            var having = photos.Where(photo => photo.ContainsKey(name)).ToList();
            Console.WriteLine($"{name} ({having.Count}): {string.Join("  ", Enumerable.Range(0, 3).Select(i => Text(Bootstrap.Mean([.. having.Select(photo => photo[name][i])], seed: 17))))}");
        }

        Compare(photos, "hadamard linked 128", "independent plain 4000");
        Compare(photos, "hadamard linked 256", "independent plain 4000");
        Compare(photos, "hadamard linked 512", "independent plain 4000");
        Compare(photos, "hadamard linked 1500", "independent mean-subtracted 4000");
        foreach (int masks in new[] { 128, 256, 512, 1500 })
        {
            Compare(photos, $"hadamard linked {masks}", $"hadamard regression {masks}");
        }
    }

    private static void Compare(List<Dictionary<string, double[]>> photos, string one, string other)
    {
        var both = photos.Where(photo => photo.ContainsKey(one) && photo.ContainsKey(other)).ToList();
        if (both.Count == 0)
        {
            return;
        }

        var differences = Enumerable.Range(0, 3).Select(i => Bootstrap.Difference([.. both.Select(photo => photo[one][i])], [.. both.Select(photo => photo[other][i])], seed: 17));
        Console.WriteLine($"{one} minus {other} ({both.Count}): {string.Join("  ", differences.Select(Text))}");
    }

    private static string Text(Interval interval) => string.Create(CultureInfo.InvariantCulture, $"{interval.Mean:f3} [{interval.Low:f3}, {interval.High:f3}]");

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
