using System.Globalization;
using Unmask.Metrics;

namespace Unmask.Benchmarks;

/// <summary>The lines of <see cref="FidoInfills"/> as a table, the generative in-fill against each other one in pairs, and what that says of the claim.</summary>
internal static class FidoInfillsTable
{
    private const ulong Seed = 17;

    public static void Print(string folder)
    {
        var items = Directory.EnumerateFiles(folder, "*.csv").Order(StringComparer.Ordinal).Select(Read).ToList();
        string[] names = [.. items.SelectMany(item => item.Keys).Distinct()];
        Console.WriteLine($"{Path.GetFileName(folder)}, {items.Count} items: mean and 95 % interval");
        Console.WriteLine($"| in-fill | {string.Join(" | ", FidoInfills.Metrics)} | seconds |");
        Console.WriteLine($"| --- |{string.Concat(Enumerable.Repeat(" --- |", FidoInfills.Metrics.Length + 1))}");
        foreach (string name in names)
        {
            var cells = Enumerable.Range(0, FidoInfills.Metrics.Length + 1).Select(metric => items.Where(item => item.ContainsKey(name)).Select(item => item[name][metric]).Where(double.IsFinite).ToArray());
            Console.WriteLine($"| {name} | {string.Join(" | ", cells.Select(values => values.Length == 0 ? "none" : Text(Bootstrap.Mean(values, Seed))))} |");
        }

        foreach (string other in names.Where(name => name != FidoInfills.Generative))
        {
            Compare(items, other);
        }
    }

    private static void Compare(List<Dictionary<string, double[]>> items, string other)
    {
        List<string> better = [], worse = [];
        for (int metric = 0; metric < FidoInfills.Metrics.Length; metric++)
        {
            var pairs = items.Where(item => item.ContainsKey(FidoInfills.Generative) && item.ContainsKey(other))
                .Select(item => (One: item[FidoInfills.Generative][metric], Other: item[other][metric])).Where(pair => double.IsFinite(pair.One) && double.IsFinite(pair.Other)).ToArray();
            if (pairs.Length == 0)
            {
                continue;
            }

            string name = FidoInfills.Metrics[metric];
            var difference = Bootstrap.Difference([.. pairs.Select(pair => pair.One)], [.. pairs.Select(pair => pair.Other)], Seed);
            double chance = SignFlipTest.PValue([.. pairs.Select(pair => pair.One - pair.Other)], Seed);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{FidoInfills.Generative} minus {other}, {name} ({pairs.Length}): {Text(difference)}, p = {chance:f4}"));
            // With few items the interval alone is too narrow.
            if (!difference.Holds(0) && chance < 1 - difference.Level && name != "region's area")
            {
                ((difference.Mean < 0) == (name != "insertion") ? better : worse).Add(name);
            }
        }

        Console.WriteLine($"Verdict: than {other}, {FidoInfills.Generative} is better by {List(better)}; worse by {List(worse)}; the rest is not settled.");
    }

    private static string List(List<string> names) => names.Count == 0 ? "nothing" : string.Join(", ", names);

    private static Dictionary<string, double[]> Read(string file) => File.ReadAllLines(file).Where(line => line.Length > 0).Select(line => line.Split(','))
        .ToDictionary(row => row[0], row => row.Skip(1).Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray(), StringComparer.Ordinal);

    private static string Text(Interval interval) => string.Create(CultureInfo.InvariantCulture, $"{interval.Mean:f3} [{interval.Low:f3}, {interval.High:f3}]");
}
