using System.Text.Json;

namespace Unmask.Metrics;

/// <summary>Values that survive the end of a run, by their keys: a file of JSON lines, to which the values of an item are appended in one write.</summary>
internal sealed class Journal : IDisposable
{
    private readonly Dictionary<string, JournalEntry> _entries = new(StringComparer.Ordinal);
    private readonly JournalFile? _file;

    /// <summary>Opens or begins a journal.</summary>
    /// <param name="path">The file; <c>null</c>: values are kept in memory only.</param>
    /// <param name="keep">Whether the values that it holds count; else it begins anew. Default <c>true</c>.</param>
    /// <exception cref="UnmaskException">The file cannot be read or written, is held by another run, or is no journal.</exception>
    public Journal(string? path, bool keep = true)
    {
        if (path is null)
        {
            return;
        }

        _file = new(path, keep);
        try
        {
            foreach (var (index, line) in _file.Lines.Index().Where(pair => pair.Item.Length > 0))
            {
                Read(line.Span, index + 1, path);
            }
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>What is known under a key; <c>null</c>: nothing yet.</summary>
    public JournalEntry? Find(string key) => _entries.GetValueOrDefault(key);

    /// <summary>Keeps values; when the method returns they are on the disk.</summary>
    /// <exception cref="UnmaskException">The disk is full, or failing.</exception>
    public void Append(IReadOnlyList<JournalEntry> entries)
    {
        using var lines = new MemoryStream();
        foreach (var entry in entries)
        {
            _entries[entry.Key] = entry;
            lines.Write(EvaluationJson.Line(entry));
            lines.WriteByte((byte)'\n');
        }

        _file?.Append(lines.GetBuffer().AsSpan(0, (int)lines.Length));
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private void Read(ReadOnlySpan<byte> line, int number, string path)
    {
        try
        {
            var entry = EvaluationJson.ReadLine(line);
            _entries[entry.Key] = entry;
        }
        catch (JsonException problem)
        {
            throw new UnmaskException($"{path} is no journal of an evaluation: line {number} is not understood. Choose another file, or delete this one to begin anew.", problem);
        }
    }
}
