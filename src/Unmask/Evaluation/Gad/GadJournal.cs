using System.Text;

namespace Unmask.Metrics;

/// <summary>Measurements that survive the end of a run: a file of lines, those of a picture appended in one write. Pictures that a killed run left half written are measured again.</summary>
internal sealed class GadJournal
{
    private readonly string? _path;
    private readonly Dictionary<string, IReadOnlyList<GadMeasurement>> _items = new(StringComparer.Ordinal);

    /// <summary>Opens or begins a journal.</summary>
    /// <param name="path">The file; <c>null</c>: values are kept in memory only.</param>
    /// <param name="identity">The run in one line.</param>
    /// <param name="lines">Lines of a picture.</param>
    /// <exception cref="UnmaskException">It is of another run, or cannot be written.</exception>
    public GadJournal(string? path, string identity, int lines)
    {
        _path = path;
        if (path is null)
        {
            return;
        }

        string head = $"# {identity}\n{GadMeasurement.Header}\n";
        if (File.Exists(path))
        {
            // Behind the last line's end is what a killed run left half written.
            string[] there = File.ReadAllText(path).Split('\n')[..^1];
            if (there.Length > 0 && there[0] != $"# {identity}")
            {
                throw new UnmaskException($"{path} holds values of another run: of other support models, methods or choices. Leave out --resume, or choose another folder with -o.");
            }

            foreach (var group in there.Skip(2).Select(GadMeasurement.FromLine).OfType<GadMeasurement>().GroupBy(line => line.Item, StringComparer.Ordinal).Where(group => group.Count() == lines))
            {
                _items[group.Key] = [.. group];
            }
        }

        // Pictures that are half there go.
        AtomicFile.WriteText(path, head + string.Concat(_items.Values.Select(TextOf)), durable: true);
    }

    /// <summary>Whether a picture is measured.</summary>
    public bool Has(string item) => _items.ContainsKey(item);

    /// <summary>The values of a picture.</summary>
    public IReadOnlyList<GadMeasurement> Of(string item) => _items[item];

    /// <summary>Adds a picture.</summary>
    public void Add(IReadOnlyList<GadMeasurement> measured)
    {
        _items[measured[0].Item] = measured;
        if (_path is null)
        {
            return;
        }

        try
        {
            using var file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read);
            file.Write(Encoding.UTF8.GetBytes(TextOf(measured)));
            file.Flush(flushToDisk: true);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UnmaskException($"{_path} cannot be written: {problem.Message.TrimEnd('.')}. Choose another folder with -o.", problem);
        }
    }

    private static string TextOf(IReadOnlyList<GadMeasurement> measured) => string.Concat(measured.Select(line => line.ToLine() + "\n"));
}
