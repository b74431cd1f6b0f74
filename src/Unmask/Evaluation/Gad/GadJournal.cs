using System.Text;

namespace Unmask.Metrics;

/// <summary>Measurements that survive the end of a run: a table in a file, the lines of a picture appended in one write. Pictures that a killed run left half written are measured again.</summary>
internal sealed class GadJournal : IDisposable
{
    // The run, and the names of the columns.
    private const int Heads = 2;

    private readonly JournalFile? _file;
    private readonly Dictionary<string, IReadOnlyList<GadMeasurement>> _items = new(StringComparer.Ordinal);

    /// <summary>Opens or begins a journal.</summary>
    /// <param name="path">The file; <c>null</c>: values are kept in memory only.</param>
    /// <param name="keep">Whether the values that it holds count; else it begins anew.</param>
    /// <param name="identity">The run in one line.</param>
    /// <param name="lines">Lines of a picture.</param>
    /// <exception cref="UnmaskException">It is of another run, is held by one, or cannot be written.</exception>
    public GadJournal(string? path, bool keep, string identity, int lines)
    {
        if (path is null)
        {
            return;
        }

        _file = new(path, keep);
        try
        {
            Read([.. _file.Lines.Select(line => Encoding.UTF8.GetString(line.Span))], path, $"# {identity}", lines);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>Whether a picture is measured.</summary>
    public bool Has(string item) => _items.ContainsKey(item);

    /// <summary>The values of a picture.</summary>
    public IReadOnlyList<GadMeasurement> Of(string item) => _items[item];

    /// <summary>Adds a picture.</summary>
    public void Add(IReadOnlyList<GadMeasurement> measured)
    {
        _items[measured[0].Item] = measured;
        Append(measured.Select(line => line.ToLine()));
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private void Read(string[] there, string path, string head, int lines)
    {
        if (there.Length > 0 && there[0] != head)
        {
            throw new UnmaskException($"{path} holds values of another run: of other support models, methods or choices. Leave out --resume, or choose another folder with -o.");
        }

        if (there.Length < Heads)
        {
            _file!.Cut(0);
            Append([head, GadMeasurement.Header]);
            return;
        }

        foreach (string[] picture in there.Skip(Heads).Chunk(lines))
        {
            GadMeasurement[] measured = [.. picture.Select(GadMeasurement.FromLine).OfType<GadMeasurement>()];
            if (measured.Length < lines)
            {
                break;
            }

            _items[measured[0].Item] = measured;
        }

        _file!.Cut(Heads + (_items.Count * lines));
    }

    private void Append(IEnumerable<string> lines) => _file?.Append(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));
}
