using System.Collections.Immutable;

namespace Unmask;

/// <summary>
/// A collection of photos: a folder or an archive (.zip, .tar, .tar.gz; read without unpacking) of plain pictures, of labelled ones (a table <c>labels.tsv</c>, names like
/// <c>386_elephant.jpg</c>, or one folder a class), or with located objects. Located means: beside a folder <c>images</c> there are <c>boxes</c> or
/// <c>labels</c> (YOLO's text files), <c>polygons</c> (the same with outlines) or <c>semantic</c> (PNG files whose pixels are category numbers), with
/// <c>names….txt</c> and <c>…names.tsv</c> for the categories.
/// </summary>
public sealed class PhotoSet : IDisposable
{
    private static readonly string[] TruthFolders = ["boxes", "labels", "polygons", "semantic"];

    // Enough to tell two numberings apart; reading every file would make opening slow.
    private const int PhotosThatSettleNumbering = 50;

    private readonly DataFiles _files;

    private PhotoSet(DataFiles files)
    {
        _files = files;
        var names = CategoryNames.Of(files);
        var known = files.Paths.ToHashSet(StringComparer.Ordinal);
        var besides = files.Paths.SelectMany(FoldersBesideImages).ToHashSet(StringComparer.Ordinal);
        string[] pictures = [.. files.Paths.Where(path => PictureFolder.IsPictureName(path) && !DataFiles.ParentsOf(path).Any(besides.Contains))];
        if (pictures.Length == 0)
        {
            throw new UnmaskException($"{files.Name} holds no pictures.");
        }

        bool unique = pictures.Select(StemOf).Distinct(StringComparer.Ordinal).Count() == pictures.Length;
        PhotoTruths?[] truths = [.. pictures.Select(path => TruthsOf(path, known, files, names))];
        Photos = [.. pictures.Zip(truths, (path, truth) => new Photo(files, path, unique ? StemOf(path) : Path.ChangeExtension(path, null), truth))];
        HasTruth = Array.Exists(truths, truth => truth is not null);
        names.JudgePolygons(truths.Select(truth => truth?.BoxesAndPolygons).OfType<(string, string)>().Take(PhotosThatSettleNumbering));
        // Folders of located objects are named for subsets, not for classes.
        LabelSource = HasTruth ? null : PhotoLabels.Read(files, Photos);
    }

    /// <summary>Folders in which there are no files.</summary>
    internal IReadOnlyList<string> EmptyFolders => _files.EmptyFolders;

    /// <summary>The path as it was given.</summary>
    public string Name => _files.Name;

    /// <summary>The photos, in natural order of their files.</summary>
    public ImmutableArray<Photo> Photos { get; }

    /// <summary>Whether the data says where objects are, at least on some photos.</summary>
    public bool HasTruth { get; }

    /// <summary>From what the photos' labels were read, as a whole sentence; <c>null</c> when they have none.</summary>
    public string? LabelSource { get; }

    /// <summary>Opens a folder or an archive and lists its photos; pictures are read later. CIFAR's binary files (<c>data_batch_1.bin</c> …) count as folders <c>train</c> and <c>test</c> with one a class.</summary>
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
    private static IEnumerable<string> FoldersBesideImages(string path) => DataFiles.ParentsOf(path)
        .Where(folder => Path.GetFileName(folder) == "images")
        .SelectMany(folder => TruthFolders.Select(other => folder[..^"images".Length] + other));

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

    private static string StemOf(string path) => Path.GetFileNameWithoutExtension(path);
}
