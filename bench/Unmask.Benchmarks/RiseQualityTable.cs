using System.Globalization;

namespace Unmask.Benchmarks;

/// <summary>The lines of all photos as one table: mean correlation by design, estimator and number of masks.</summary>
internal static class RiseQualityTable
{
    public static void Print(string folder)
    {
        var rows = Directory.EnumerateFiles(folder, "*.csv").SelectMany(File.ReadAllLines).Where(line => line.Length > 0).Select(line => line.Split(',')).ToList();
        Console.WriteLine($"{rows.Select(row => row[0]).Distinct().Count()} photos, {Path.GetFileName(folder)}");
        foreach (var group in rows.GroupBy(row => (Design: row[1], Estimator: row[2])))
        {
            var byMasks = group.GroupBy(row => int.Parse(row[3], CultureInfo.InvariantCulture)).OrderBy(each => each.Key);
            Console.WriteLine($"{group.Key.Design} {group.Key.Estimator}: {string.Join("  ", byMasks.Select(Cell))}");
        }
    }

    private static string Cell(IGrouping<int, string[]> rows)
    {
        var measured = rows.Where(row => row[6].Length > 0).ToList();
        string coverage = measured.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" (stated {measured.Average(row => Number(row[5])):f3}, covered {measured.Count(row => Number(row[7]) <= Number(row[6]))}/{measured.Count})");
        return string.Create(CultureInfo.InvariantCulture, $"{rows.Key}: {rows.Average(row => Number(row[4])):f3}{coverage}");
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
