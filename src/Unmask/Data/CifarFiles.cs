using Unmask.Imaging;

namespace Unmask;

/// <summary>
/// The binary files of CIFAR-10 and CIFAR-100 as pictures in folders <c>train</c> and <c>test</c>, one folder a class. A picture is a record of one byte (CIFAR-10: the class) or two
/// (CIFAR-100: coarse and fine class), then 1,024 bytes each of red, green and blue; the names of the classes are in a text file beside.
/// </summary>
internal sealed class CifarFiles : DataFiles
{
    private const int Side = 32;
    private const int Area = Side * Side;

    private readonly DataFiles _files;
    private readonly IReadOnlyDictionary<string, (byte[] Batch, int At)> _pictures;

    private CifarFiles(DataFiles files, IReadOnlyDictionary<string, (byte[], int)> pictures) => (_files, _pictures) = (files, pictures);

    /// <summary>The pictures of binary files, if there are such; else the files as they are.</summary>
    /// <exception cref="UnmaskException">A file is cut off, or a class has no name.</exception>
    public static DataFiles Over(DataFiles files)
    {
        string[] Named(Predicate<string> fits) => [.. files.Paths.Where(path => fits(Path.GetFileName(path)))];
        var (names, batches, labels) = Named(name => name == "batches.meta.txt") is [var ten, ..]
            ? (ten, Named(name => name.EndsWith(".bin", StringComparison.Ordinal) && name.Contains("_batch", StringComparison.Ordinal)), 1)
            : Named(name => name == "fine_label_names.txt") is [var hundred, ..] ? (hundred, Named(name => name is "train.bin" or "test.bin"), 2) : ("", [], 0);
        if (batches.Length == 0)
        {
            return files;
        }

        string[] classes = files.ReadText(names).ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var pictures = new Dictionary<string, (byte[], int)>(StringComparer.Ordinal);
        foreach (string batch in batches)
        {
            Add(pictures, files, batch, classes, labels);
        }

        return new CifarFiles(files, pictures) { Name = files.Name, Paths = [.. pictures.Keys.Order(NaturalOrder.Comparer)] };
    }

    /// <inheritdoc/>
    public override byte[] Read(string path) => ReadPicture(path).Encode(ImageFormat.Png);

    /// <inheritdoc/>
    public override Image ReadPicture(string path)
    {
        var (batch, at) = _pictures[path];
        byte[] pixels = new byte[3 * Area];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = batch[at + (i % 3 * Area) + (i / 3)];
        }

        return Image.FromPixels(Side, Side, pixels);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _files.Dispose();
        base.Dispose();
    }

    private static void Add(Dictionary<string, (byte[], int)> pictures, DataFiles files, string path, string[] classes, int labels)
    {
        byte[] batch = files.Read(path);
        int record = labels + (3 * Area);
        if (batch.Length == 0 || batch.Length % record != 0)
        {
            throw new UnmaskException($"{files.Place(path)} is damaged: {batch.Length:N0} bytes are not a whole number of records of {record:N0}.");
        }

        string name = Path.GetFileNameWithoutExtension(path), part = name.StartsWith("test", StringComparison.Ordinal) ? "test" : "train";
        for (int i = 0; i < batch.Length / record; i++)
        {
            int label = batch[(i * record) + labels - 1];
            string folder = label < classes.Length
                ? classes[label]
                : throw new UnmaskException($"{files.Place(path)} is damaged: record {i + 1} is of class {label}, and there are {classes.Length} names.");
            pictures[$"{part}/{folder}/{name}-{i:00000}.png"] = (batch, (i * record) + labels);
        }
    }
}
