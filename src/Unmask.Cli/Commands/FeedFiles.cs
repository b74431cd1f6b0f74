using Unmask.Graphs;

namespace Unmask.Cli.Commands;

/// <summary>The files of <c>--feed</c>: a model's other inputs by name.</summary>
internal static class FeedFiles
{
    private const string Npz = ".npz";

    /// <summary>Reads <c>NAME=FILE.npy</c>, <c>NAME=FILE.npz:ARRAY</c> and <c>FILE.npz</c>.</summary>
    /// <exception cref="UsageException">A text is none of these, or the file has no such array.</exception>
    /// <exception cref="FileNotFoundException">A file does not exist.</exception>
    public static Dictionary<string, TensorData> Read(IEnumerable<string> texts)
    {
        var feeds = new Dictionary<string, TensorData>(StringComparer.Ordinal);
        foreach (string text in texts)
        {
            foreach (var (name, tensor) in ReadOne(text))
            {
                feeds[name] = tensor;
            }
        }

        return feeds;
    }

    private static IEnumerable<KeyValuePair<string, TensorData>> ReadOne(string text)
    {
        if (File.Exists(text) && text.EndsWith(Npz, StringComparison.OrdinalIgnoreCase))
        {
            return Unmask.Npz.Read(text);
        }

        return text.Split('=', 2) is [{ Length: > 0 } name, { Length: > 0 } file]
            ? [KeyValuePair.Create(name.Trim(), ReadArray(name.Trim(), file.Trim()))]
            : throw new UsageException($"--feed takes NAME=FILE.npy, NAME=FILE.npz:ARRAY or an existing FILE.npz; \"{text}\" was given.");
    }

    private static TensorData ReadArray(string name, string file)
    {
        string what = $"The file for the input \"{name}\"";
        int colon = file.LastIndexOf($"{Npz}:", StringComparison.OrdinalIgnoreCase);
        if (colon < 0 && !file.EndsWith(Npz, StringComparison.OrdinalIgnoreCase))
        {
            return Npy.Read(Arguments.Existing(file, what));
        }

        string path = colon < 0 ? file : file[..(colon + Npz.Length)];
        string array = colon < 0 ? name : file[(colon + Npz.Length + 1)..];
        var arrays = Unmask.Npz.Read(Arguments.Existing(path, what));
        return arrays.TryGetValue(array, out var tensor)
            ? tensor
            : throw new UsageException($"{path} has no array \"{array}\" for --feed {name}. It has: {string.Join(", ", arrays.Keys)}.");
    }
}
