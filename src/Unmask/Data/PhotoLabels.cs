using System.Globalization;

namespace Unmask;

/// <summary>Finds out what photos show from a table, from their names, or from their folders.</summary>
internal static class PhotoLabels
{
    private const string Table = "labels.tsv";

    /// <summary>Labels the photos where the data says what they show.</summary>
    /// <returns>From what it was read, as a whole sentence; <c>null</c> when the data does not say.</returns>
    public static string? Read(DataFiles files, IReadOnlyList<Photo> photos)
    {
        if (files.Paths.FirstOrDefault(path => Path.GetFileName(path) == Table) is { } table)
        {
            return FromTable(files, table, photos);
        }

        if (photos.All(photo => NumberOf(photo) is not null))
        {
            foreach (var photo in photos)
            {
                string name = Path.GetFileNameWithoutExtension(photo.File);
                (photo.ClassIndex, photo.Label) = (NumberOf(photo), name[(name.IndexOf('_', StringComparison.Ordinal) + 1)..]);
            }

            return "The photos' classes are the numbers at the beginning of their names (NUMBER_name).";
        }

        return FromFolders(photos);
    }

    /// <summary>A line: cells separated by tabulators, one the photo's file. The first cell of digits is the class; else the first that is no file is the label.</summary>
    private static string FromTable(DataFiles files, string table, IReadOnlyList<Photo> photos)
    {
        var byFile = new Dictionary<string, Photo>(StringComparer.Ordinal);
        foreach (var photo in photos)
        {
            byFile.TryAdd(photo.File, photo);
            byFile.TryAdd(Path.GetFileName(photo.File), photo);
        }

        int labelled = 0;
        foreach (string line in files.ReadText(table).ReplaceLineEndings("\n").Split('\n'))
        {
            string[] cells = line.Split('\t', StringSplitOptions.TrimEntries);
            if (cells.Length > 1 && Array.Find(cells, byFile.ContainsKey) is { } file)
            {
                var others = cells.Where(cell => cell != file).ToArray();
                var photo = byFile[file];
                photo.ClassIndex = others.Select(Number).FirstOrDefault(number => number is not null);
                photo.Label = others.LastOrDefault(cell => Number(cell) is null) ?? others[0];
                labelled++;
            }
        }

        return labelled > 0
            ? $"The photos' classes are read from {table} ({labelled} of {photos.Count} photos)."
            : throw new UnmaskException($"{files.Place(table)} names none of the photos: a line has the photo's file and its class, separated by a tabulator.");
    }

    /// <summary>Photos that lie in at least two folders side by side are labelled by them.</summary>
    private static string? FromFolders(IReadOnlyList<Photo> photos)
    {
        string[] folders = [.. photos.Select(photo => Path.GetDirectoryName(photo.File)!.Replace('\\', '/')).Distinct(StringComparer.Ordinal)];
        if (folders.Length < 2 || folders.Select(folder => folder.Count(letter => letter == '/')).Distinct().Count() > 1 || folders.Contains(""))
        {
            return null;
        }

        foreach (var photo in photos)
        {
            photo.Label = Path.GetFileName(Path.GetDirectoryName(photo.File)!);
        }

        return "The photos' classes are the names of their folders.";
    }

    /// <summary>The number that a name like <c>386_African_elephant.jpg</c> begins with.</summary>
    private static int? NumberOf(Photo photo)
    {
        string name = Path.GetFileName(photo.File);
        int end = name.IndexOf('_', StringComparison.Ordinal);
        return end > 0 ? Number(name[..end]) : null;
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
