using System.Globalization;
using Unmask.Graphs.Onnx.Schema;

namespace Unmask.Graphs;

/// <summary>
/// Finds the external data of tensors. What a model states is not trusted: only regular files in the model's own folder are opened,
/// whatever the path, its «..» and symbolic links say.
/// </summary>
internal sealed class ExternalDataReader(ModelSource source)
{
    private readonly Dictionary<string, DataFile> _files = new(StringComparer.Ordinal);
    private string[]? _roots;

    /// <summary>Where a tensor's data lies.</summary>
    /// <param name="proto">As in the file.</param>
    /// <param name="expected">The number of bytes that the tensor takes.</param>
    /// <param name="name">What messages call the tensor.</param>
    public ExternalData Read(TensorProto proto, long expected, string name)
    {
        string? location = null;
        long offset = 0;
        long length = expected;
        foreach (var entry in proto.ExternalData)
        {
            switch (entry.Key)
            {
                case "location":
                    location = entry.Value;
                    break;
                case "offset":
                    offset = Number(entry, name);
                    break;
                case "length":
                    length = Number(entry, name);
                    break;
            }
        }

        if (string.IsNullOrEmpty(location))
        {
            throw source.Error($"tensor \"{name}\" has external data, but does not say in which file.");
        }

        if (length != expected)
        {
            throw source.Error($"tensor \"{name}\" takes {expected:N0} bytes, but its external data in {location} has {length:N0}. The model is damaged.");
        }

        var file = Find(location, name);
        return offset <= file.Length - length
            ? new ExternalData(file.Path, file.Location, offset, length)
            : throw source.Error(
                $"tensor \"{name}\" lies at bytes {offset:N0} to {(Int128)offset + length:N0} of {location}, which has only {file.Length:N0}. "
                + "The data file is truncated, or belongs to another model.");
    }

    private long Number(StringStringEntryProto entry, string name) =>
        long.TryParse(entry.Value, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw source.Error($"tensor \"{name}\": \"{entry.Value}\" is not a valid {entry.Key} of external data.");

    private DataFile Find(string location, string name)
    {
        if (!_files.TryGetValue(location, out var found))
        {
            string folder = source.Folder
                ?? throw source.Error($"tensor \"{name}\" has its data in the file {location}, but the folder of the model was not given.");
            string within = Normalise(location) ?? throw Outside(location, name);
            var file = new FileInfo(Resolve(folder, within, name));
            _files[location] = found = file.Exists ? new(Path.Combine(folder, within), within.Replace('\\', '/'), file.Length) : throw source.Error(
                $"tensor \"{name}\" has its data in the file {location}, which is not in {folder}. Put the data file beside the model, under this name.");
        }

        return found;
    }

    private string Resolve(string folder, string location, string name)
    {
        try
        {
            string path = RealPath.Of(Path.Combine(folder, location));
            _roots ??= Roots(folder);
            return Array.Exists(_roots, root => path.StartsWith(root, StringComparison.Ordinal)) ? path : throw Outside(location, name);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw source.Error($"tensor \"{name}\" has its data in {location}, which cannot be opened: {error.Message}", error);
        }
    }

    // Both separators count on every system, so that a model is judged alike everywhere. Null: not a relative path within the folder.
    private static string? Normalise(string location)
    {
        if (location[0] is '/' or '\\' || location.Contains('\0') || (location.Length > 1 && location[1] == ':'))
        {
            return null;
        }

        var kept = new List<string>();
        foreach (string part in location.Split('/', '\\'))
        {
            if (part == ".." && kept.Count == 0)
            {
                return null;
            }

            if (part == "..")
            {
                kept.RemoveAt(kept.Count - 1);
            }
            else if (part is not ("" or "."))
            {
                kept.Add(part);
            }
        }

        return Path.Combine([.. kept]);
    }

    // The model itself may be a link (model caches keep files elsewhere and link to them): then data beside its target is the model's too.
    private string[] Roots(string folder) => source.Path is null
        ? [WithSeparator(RealPath.Of(folder))]
        : [WithSeparator(RealPath.Of(folder)), WithSeparator(Path.GetDirectoryName(RealPath.Of(source.Path))!)];

    private static string WithSeparator(string folder) => Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar;

    private ModelFormatException Outside(string location, string name) => source.Error(
        $"tensor \"{name}\" asks for data in {location}, which is not inside the model's folder. Unmask does not follow models out of their folder.");

    private sealed record DataFile(string Path, string Location, long Length);
}
