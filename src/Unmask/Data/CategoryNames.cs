using System.Globalization;

namespace Unmask;

/// <summary>The names of the categories of a collection by their numbers.</summary>
internal sealed class CategoryNames
{
    private readonly DataFiles _files;

    private CategoryNames(DataFiles files, IReadOnlyDictionary<int, string> ofBoxes, IReadOnlyDictionary<int, string> ofMasks)
    {
        (_files, OfBoxes, OfMasks, OfPolygons) = (files, ofBoxes, ofMasks, ofBoxes);
    }

    /// <summary>Of boxes: a file <c>names….txt</c>, one a line.</summary>
    public IReadOnlyDictionary<int, string> OfBoxes { get; }

    /// <summary>Of the values of masks: a file <c>…names.tsv</c>, number, tabulator, name.</summary>
    public IReadOnlyDictionary<int, string> OfMasks { get; }

    /// <summary>Of polygons: numbered as boxes are, unless they agree with the boxes beside them only when numbered as masks are.</summary>
    public IReadOnlyDictionary<int, string> OfPolygons { get; private set; }

    /// <summary>Reads the names.</summary>
    public static CategoryNames Of(DataFiles files) => new(
        files,
        Lines(files, "names", ".txt").Index().ToDictionary(pair => pair.Index, pair => pair.Item),
        Lines(files, "", "names.tsv").Select(line => line.Split('\t')).Where(cells => cells.Length >= 2 && Number(cells[0]) is not null)
            .GroupBy(cells => Number(cells[0])!.Value).ToDictionary(group => group.Key, group => group.First()[1].Trim()));

    /// <summary>Finds out how polygons are numbered. COCO has two numberings: 0 to 79 in a row, and 1 to 90 with gaps.</summary>
    /// <param name="pairs">The files of boxes and of polygons of the same photos.</param>
    public void JudgePolygons(IEnumerable<(string Boxes, string Polygons)> pairs)
    {
        int asBoxes = 0, asMasks = 0;
        foreach (var (boxes, polygons) in pairs)
        {
            var there = Numbers(boxes).Select(number => OfBoxes.GetValueOrDefault(number)).OfType<string>().ToHashSet(StringComparer.Ordinal);
            int[] numbers = [.. Numbers(polygons)];
            asBoxes += numbers.Count(number => there.Contains(OfBoxes.GetValueOrDefault(number, "")));
            asMasks += numbers.Count(number => there.Contains(OfMasks.GetValueOrDefault(number, "")));
        }

        OfPolygons = asMasks > asBoxes || OfBoxes.Count == 0 ? OfMasks : OfBoxes;
    }

    /// <summary>The name of a number; «category 7» where none is given.</summary>
    public static string Name(IReadOnlyDictionary<int, string> names, int number) => names.GetValueOrDefault(number) ?? $"category {number}";

    /// <summary>The categories of a file of boxes or polygons, each once.</summary>
    private IEnumerable<int> Numbers(string file) => _files.ReadText(file).Split('\n').Select(line => Number(line.Split(' ', 2)[0])).OfType<int>().Distinct();

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static string[] Lines(DataFiles files, string start, string end)
    {
        string? file = files.Paths.FirstOrDefault(path => Path.GetFileName(path) is var name
            && name.StartsWith(start, StringComparison.OrdinalIgnoreCase) && name.EndsWith(end, StringComparison.OrdinalIgnoreCase));
        return file is null ? [] : [.. files.ReadText(file).ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Select(line => line.TrimEnd())];
    }
}
