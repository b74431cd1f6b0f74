using System.Globalization;
using Unmask.Graphs;
using Unmask.Imaging;

namespace Unmask.Benchmarks;

/// <summary>
/// How good RISE's map is after N forward passes, by design and estimator: its correlation with the map of 30,000 masks, and whether the
/// stated error bar covers the true error. Resumable: every photo's lines are kept in a file, and references in a folder; lines that a file lacks
/// are measured and added. Caches of earlier versions hold lines of estimators that are no longer: «regression» is the one without links.
/// </summary>
internal static class RiseQuality
{
    private const int ReferenceMasks = 15000;
    private const ulong Seed = 7;

    /// <summary>The maps that are kept, to be scored by deletion and insertion.</summary>
    public static readonly (string Design, string Estimator, int Masks)[] Kept =
    [
        ("independent", "plain", 4000), ("independent", "mean-subtracted", 4000), ("independent", "regression", 256),
        ("hadamard", "regression", 128), ("hadamard", "regression", 256), ("hadamard", "regression", 512), ("hadamard", "regression", 1500), ("hadamard-warm", "regression", 256),
        ("hadamard", "linked", 128), ("hadamard", "linked", 256), ("hadamard", "linked", 512), ("hadamard", "linked", 1500),
    ];

    /// <summary>What is measured, and up to how many masks.</summary>
    private static readonly (string Design, string Estimator, int Most)[] Wanted =
        [("independent", "plain", 4000), ("independent", "mean-subtracted", 4000), ("hadamard", "mean-subtracted", 4000), ("hadamard", "linked", 1500)];

    public static readonly ulong[] ReferenceSeeds = [101, 102];
    private static readonly int[] Checkpoints = [32, 64, 96, 128, 192, 256, 384, 512, 1024, 1500, 2048, 4000];

    public static void Run(string path, string folder, string cache, string[] arguments)
    {
        var preprocessing = Preprocessing.Named(arguments.Length > 0 ? arguments[0] : "imagenet");
        int photos = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 30;
        using var model = Model.Load(path, new() { Preprocessing = preprocessing });
        string own = Path.Combine(cache, Path.GetFileNameWithoutExtension(path));
        Directory.CreateDirectory(own);
        foreach (string photo in PictureFolder.List(folder).Take(photos))
        {
            string lines = Path.Combine(own, Path.GetFileNameWithoutExtension(photo) + ".csv");
            string[] known = File.Exists(lines) ? [.. File.ReadAllLines(lines).Where(line => line.Length > 0)] : [];
            var added = Measure(model, photo, own, known);
            if (added.Count > 0)
            {
                AtomicFile.WriteText(lines, string.Join('\n', known.Concat(added)) + "\n");
            }

            Console.WriteLine($"{Path.GetFileName(photo)} done");
        }

        RiseQualityTable.Print(own);
    }

    /// <summary>Where a map is kept.</summary>
    public static string MapFile(string cache, string stem, string design, string estimator, int masks) =>
        Path.Combine(cache, string.Create(CultureInfo.InvariantCulture, $"{stem}.{design}.{estimator}.{masks}.npy"));

    private static List<string> Measure(Model model, string photo, string cache, string[] known)
    {
        string stem = Path.GetFileNameWithoutExtension(photo);
        var missing = Wanted.Where(wanted => !known.Any(line => line.StartsWith($"{stem},{wanted.Design},{wanted.Estimator},", StringComparison.Ordinal))).ToList();
        if (missing.Count == 0)
        {
            return [];
        }

        var input = model.Prepare(Image.Load(photo));
        float[][] halves = [.. ReferenceSeeds.Select(seed => Reference(model, input, Path.Combine(cache, $"{stem}.{seed}.npy"), seed))];
        float[] reference = [.. halves[0].Zip(halves[1], (a, b) => (a + b) / 2)];
        List<string> lines = known.Length > 0 ? [] : [string.Create(CultureInfo.InvariantCulture, $"{stem},reference,halves,{2 * ReferenceMasks},{MapComparison.Correlation(halves[0], halves[1])},,,")];
        foreach (var group in missing.GroupBy(wanted => wanted.Design))
        {
            var snapshots = new List<Snapshot>();
            int most = group.Max(wanted => wanted.Most);
            new MaskProbe(model, "rise-quality", (item, _) => Recipe(item, group.Key, most, snapshots)).Explain(input);
            foreach (var snapshot in snapshots.Where(snapshot => group.Any(wanted => wanted.Estimator == snapshot.Estimator && snapshot.Masks <= wanted.Most)))
            {
                lines.Add(Line(stem, group.Key, snapshot, reference));
                if (Kept.Contains((group.Key, snapshot.Estimator, snapshot.Masks)))
                {
                    Npy.Write(MapFile(cache, stem, group.Key, snapshot.Estimator, snapshot.Masks), TensorData.Adopt(snapshot.Map, 1, input.Layout.Spatial.Height, input.Layout.Spatial.Width));
                }
            }
        }

        return lines;
    }

    private static string Line(string stem, string design, Snapshot snapshot, float[] reference)
    {
        string stated = snapshot.Uncertainty is { } uncertainty
            ? string.Create(CultureInfo.InvariantCulture, $"{uncertainty.ExpectedCorrelation},{uncertainty.ErrorBound},{MapComparison.Error(snapshot.Map, reference)}")
            : ",,";
        return string.Create(CultureInfo.InvariantCulture, $"{stem},{design},{snapshot.Estimator},{snapshot.Masks},{MapComparison.Correlation(snapshot.Map, reference)},{stated}");
    }

    private static float[] Reference(Model model, ModelInput input, string file, ulong seed)
    {
        if (!File.Exists(file))
        {
            var options = RiseOptions.Paper with { Masks = ReferenceMasks, Normalization = MaskNormalization.MeanSubtracted, Seed = seed };
            Npy.Write(file, new Rise(model, options).Explain(input).ToTensorData());
        }

        return Npy.Read(file).AsSpan<float>().ToArray();
    }

    private static ProbeRecipe Recipe(ModelInput input, string design, int most, List<Snapshot> snapshots)
    {
        var map = new ShiftedGridMap(input.Layout, RiseOptions.Paper.Cells, GridUpsampling.Paper);
        int[] checkpoints = [.. Checkpoints.Where(masks => masks <= most)];
        MaskLaw law = design == "independent"
            ? new BernoulliGrids(most, map.Cells, 0.5, map.Shifts, Seed)
            : new HadamardGrids(most, map.Cells, map.Shifts, Seed);
        return new(law, map, new SnapshotEstimator(map, checkpoints, snapshots));
    }
}

/// <summary>A map after some masks.</summary>
internal sealed record Snapshot(string Estimator, int Masks, float[] Map, MapUncertainty? Uncertainty);

/// <summary>Several estimators over the same masks, each asked for its map at given numbers of masks.</summary>
internal sealed class SnapshotEstimator(ShiftedGridMap map, int[] checkpoints, List<Snapshot> snapshots) : ProbeEstimator
{
    private readonly MaskMean _plain = new(map, 1, 0.5, MaskNormalization.ExpectedCoverage);
    private readonly MaskMean _subtracted = new(map, 1, 0.5, MaskNormalization.MeanSubtracted);
    private readonly GridRegression _regression = new(map, 1, 0.5, MaskNormalization.MeanSubtracted, tolerance: 0);

    public override IReadOnlyList<int> Sizes => map.Sizes;

    public override void Observe(MaskCoordinates mask, ReadOnlySpan<double> scores)
    {
        _plain.Observe(mask, scores);
        _subtracted.Observe(mask, scores);
        _regression.Observe(mask, scores);
        if (Array.IndexOf(checkpoints, _regression.Count) >= 0)
        {
            snapshots.Add(new("plain", _regression.Count, _plain.Result()[0], null));
            snapshots.Add(new("mean-subtracted", _regression.Count, _subtracted.Result()[0], null));
            snapshots.Add(new("linked", _regression.Count, _regression.Result()[0], _regression.Uncertainties()[0]));
        }
    }

    public override IReadOnlyList<float[]> Result() => _regression.Result();
}

/// <summary>Two maps of the same size, compared.</summary>
internal static class MapComparison
{
    public static double Correlation(float[] a, float[] b)
    {
        double meanA = a.Average(value => (double)value), meanB = b.Average(value => (double)value);
        double ab = 0, aa = 0, bb = 0;
        for (int i = 0; i < a.Length; i++)
        {
            double da = a[i] - meanA, db = b[i] - meanB;
            ab += da * db;
            aa += da * da;
            bb += db * db;
        }

        return ab / Math.Sqrt(aa * bb);
    }

    /// <summary>The root-mean-square difference, the maps' levels left out.</summary>
    public static double Error(float[] a, float[] b)
    {
        double level = a.Zip(b, (x, y) => (double)x - y).Average();
        return Math.Sqrt(a.Zip(b, (x, y) => Math.Pow((double)x - y - level, 2)).Average());
    }
}
