using System.Collections.Immutable;
using System.Globalization;

namespace Unmask;

/// <summary>
/// A collection of photos: a folder or a .zip (read without unpacking) of plain pictures, of labelled ones (a table <c>labels.tsv</c>, names like
/// <c>386_elephant.jpg</c>, or one folder a class), or with located objects. Located means: beside a folder <c>images</c> there are <c>boxes</c> or
/// <c>labels</c> (YOLO's text files), <c>polygons</c> (the same with outlines) or <c>semantic</c> (PNG files whose pixels are category numbers), with
/// <c>names….txt</c> and <c>…names.tsv</c> for the categories.
/// </summary>
public sealed class PhotoSet : IDisposable
{
    private static readonly string[] TruthFolders = ["boxes", "labels", "polygons", "semantic"];

    private readonly DataFiles _files;

    private PhotoSet(DataFiles files)
    {
        _files = files;
        var names = NamesOf(files);
        var known = files.Paths.ToHashSet(StringComparer.Ordinal);
        var besides = files.Paths.SelectMany(FoldersBesideImages).ToHashSet(StringComparer.Ordinal);
        string[] pictures = [.. files.Paths.Where(path => PictureFolder.IsPictureName(path) && !Parents(path).Any(besides.Contains))];
        if (pictures.Length == 0)
        {
            throw new UnmaskException($"{files.Name} holds no pictures.");
        }

        bool unique = pictures.Select(StemOf).Distinct(StringComparer.Ordinal).Count() == pictures.Length;
        Photos = [.. pictures.Select(path => new Photo(files, path, unique ? StemOf(path) : Path.ChangeExtension(path, null), TruthsOf(path, known, files, names)))];
        HasTruth = pictures.Any(path => TruthsOf(path, known, files, names) is not null);
        // Folders of located objects are named for subsets, not for classes.
        LabelSource = HasTruth ? null : PhotoLabels.Read(files, Photos);
    }

    /// <summary>The path as it was given.</summary>
    public string Name => _files.Name;

    /// <summary>The photos, in natural order of their files.</summary>
    public ImmutableArray<Photo> Photos { get; }

    /// <summary>Whether the data says where objects are, at least on some photos.</summary>
    public bool HasTruth { get; }

    /// <summary>From what the photos' labels were read, as a whole sentence; <c>null</c> when they have none.</summary>
    public string? LabelSource { get; }

    /// <summary>Opens a folder or a .zip and lists its photos; pictures are read later.</summary>
    /// <exception cref="FileNotFoundException">There is neither of the name.</exception>
    /// <exception cref="UnmaskException">It holds no pictures, or is a damaged archive.</exception>
    public static PhotoSet Open(string path)
    {
        var files = DataFiles.Open(path);
        try
        {
            return new PhotoSet(files);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _files.Dispose();

    /// <summary>The folders of truths that may stand beside a folder of images that a file lies in.</summary>
    private static IEnumerable<string> FoldersBesideImages(string path) => Parents(path)
        .Where(folder => Path.GetFileName(folder) == "images")
        .SelectMany(folder => TruthFolders.Select(other => folder[..^"images".Length] + other));

    private static IEnumerable<string> Parents(string path)
    {
        for (int end = path.LastIndexOf('/'); end > 0; end = path.LastIndexOf('/', end - 1))
        {
            yield return path[..end];
        }
    }

    private static PhotoTruths? TruthsOf(string picture, HashSet<string> known, DataFiles files, CategoryNames names)
    {
        string[] parts = picture.Split('/');
        int at = Array.LastIndexOf(parts, "images");
        if (at < 0)
        {
            return null;
        }

        string? Beside(string folder, string extension)
        {
            string path = Path.ChangeExtension(string.Join('/', [.. parts[..at], folder, .. parts[(at + 1)..]]), extension);
            return known.Contains(path) ? path : null;
        }

        string? boxes = Beside("boxes", "txt") ?? Beside("labels", "txt"), polygons = Beside("polygons", "txt"), mask = Beside("semantic", "png");
        return boxes is null && polygons is null && mask is null ? null : new PhotoTruths(files, names, boxes, polygons, mask);
    }

    private static CategoryNames NamesOf(DataFiles files) => new(
        Lines(files, "names", ".txt").Select((line, index) => (index, line)).ToDictionary(pair => pair.index, pair => pair.line),
        Lines(files, "", "names.tsv").Select(line => line.Split('\t')).Where(cells => cells.Length >= 2 && int.TryParse(cells[0], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .GroupBy(cells => int.Parse(cells[0], CultureInfo.InvariantCulture)).ToDictionary(group => group.Key, group => group.First()[1].Trim()));

    private static string[] Lines(DataFiles files, string start, string end)
    {
        string? file = files.Paths.FirstOrDefault(path => Path.GetFileName(path) is var name
            && name.StartsWith(start, StringComparison.OrdinalIgnoreCase) && name.EndsWith(end, StringComparison.OrdinalIgnoreCase));
        return file is null ? [] : [.. files.ReadText(file).ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Select(line => line.TrimEnd())];
    }

    private static string StemOf(string path) => Path.GetFileNameWithoutExtension(path);
}
