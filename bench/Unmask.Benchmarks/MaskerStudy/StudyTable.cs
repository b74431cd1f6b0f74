using System.Globalization;
using Unmask.Metrics;

namespace Unmask.Benchmarks;

/// <summary>The lines of <see cref="MaskerStudy"/> as a table, and the comparisons of <see cref="StudyRows.Claims"/> in pairs.</summary>
internal static class StudyTable
{
    private const ulong Seed = 17;

    public static void Print(string folder)
    {
        var rows = Directory.EnumerateFiles(folder, "*.csv").GroupBy(file => Path.GetFileName(file).Split('.')[0]).OrderBy(row => row.Key, StringComparer.Ordinal)
            .ToDictionary(row => row.Key, row => row.Order(StringComparer.Ordinal).Select(Read).ToArray(), StringComparer.Ordinal);
        Console.WriteLine($"\n## {Path.GetFileName(folder)}\n\nMean over photos and seeds, [95 % interval over photos].\n");
        int[] measured = [.. Enumerable.Range(0, StudyMeasures.All.Length).Where(measure => rows.Values.Any(row => row[0].Values.Any(line => double.IsFinite(line[measure]))))];
        Console.WriteLine($"| row (seeds, photos) | {string.Join(" | ", measured.Select(measure => StudyMeasures.All[measure].Name + Arrow(measure)))} |");
        Console.WriteLine($"| --- |{string.Concat(Enumerable.Repeat(" --- |", measured.Length))}");
        foreach (var (name, seeds) in rows)
        {
            Console.WriteLine($"| {name} ({seeds.Length}, {seeds[0].Count}) | {string.Join(" | ", measured.Select(measure => Text(Bootstrap.Mean(Means(seeds, measure, [.. seeds[0].Keys]), Seed))))} |");
        }

        Console.WriteLine();
        foreach (var (one, other, claim) in StudyRows.Claims.Where(claim => rows.ContainsKey(claim.One) && rows.ContainsKey(claim.Other)))
        {
            // Seeds are paired; a row that learns nothing is paired with each.
            int seeds = StudyRows.Learns(one) && StudyRows.Learns(other) ? Math.Min(rows[one].Length, rows[other].Length) : Math.Max(rows[one].Length, rows[other].Length);
            Compare([.. rows[one].Take(seeds)], [.. rows[other].Take(seeds)], $"{claim} ({one} minus {other})", measured);
        }
    }

    private static string Arrow(int measure) => StudyMeasures.All[measure].Higher switch { true => " ↑", false => " ↓", _ => "" };

    private static void Compare(Dictionary<string, double[]>[] one, Dictionary<string, double[]>[] other, string title, int[] measured)
    {
        Console.WriteLine($"**{title}**\n\n| measure | difference | p | seeds of that sign | verdict |\n| --- | --- | --- | --- | --- |");
        string[] photos = [.. one[0].Keys.Where(other[0].ContainsKey)];
        foreach (int measure in measured)
        {
            double[] ones = Means(one, measure, photos), others = Means(other, measure, photos);
            var difference = Bootstrap.Difference(ones, others, Seed);
            double chance = SignFlipTest.PValue([.. ones.Zip(others, (a, b) => a - b)], Seed);
            var seeds = Enumerable.Range(0, Math.Max(one.Length, other.Length)).Select(seed => Average(one[Math.Min(seed, one.Length - 1)], measure, photos) - Average(other[Math.Min(seed, other.Length - 1)], measure, photos)).ToList();
            int agreeing = seeds.Count(each => Math.Sign(each) == Math.Sign(difference.Mean));
            string verdict = StudyMeasures.All[measure].Higher is not { } higher ? ""
                : difference.Holds(0) || chance > 0.05 ? "not settled"
                // Photos say nothing of how far another seed's masker would be.
                : seeds.Count == 1 ? "one seed"
                : agreeing < seeds.Count ? "seeds disagree"
                : difference.Mean > 0 == higher ? "better" : "worse";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {StudyMeasures.All[measure].Name}{Arrow(measure)} | {Text(difference)} | {chance:0.0000} | {agreeing} of {seeds.Count} | {verdict} |"));
        }

        Console.WriteLine();
    }

    private static double[] Means(Dictionary<string, double[]>[] seeds, int measure, string[] photos) => [.. photos.Select(photo => seeds.Average(seed => seed[photo][measure]))];

    private static double Average(Dictionary<string, double[]> seed, int measure, string[] photos) => photos.Average(photo => seed[photo][measure]);

    private static Dictionary<string, double[]> Read(string file) => File.ReadAllLines(file).Where(line => line.Length > 0).Select(line => line.Split(','))
        .ToDictionary(row => row[0], row => row.Skip(1).Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray(), StringComparer.Ordinal);

    private static string Text(Interval interval) => string.Create(CultureInfo.InvariantCulture, $"{interval.Mean:0.000} [{interval.Low:0.000}, {interval.High:0.000}]");
}
