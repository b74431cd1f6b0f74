using System.Text.Json;

namespace Unmask.Metrics;

/// <summary>
/// Values that survive the end of a run: a file of JSON lines, to which the values of an item are appended in one write. A line that a killed run
/// left half written is cut off when the file is opened again.
/// </summary>
internal sealed class Journal : IDisposable
{
    private readonly Dictionary<string, JournalEntry> _entries = new(StringComparer.Ordinal);
    private readonly FileStream? _file;
    private readonly string _path;

    /// <summary>Opens or begins a journal.</summary>
    /// <param name="path">The file; <c>null</c>: values are kept in memory only.</param>
    /// <exception cref="UnmaskException">The file cannot be read or written, or is no journal.</exception>
    public Journal(string? path)
    {
        _path = path ?? "";
        if (path is null)
        {
            return;
        }

        try
        {
            // Two runs in one folder would write over each other's lines. (Where the system only knows locks that programs heed, None is the one that a second run heeds.)
            _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            ReadAll(_file);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            _file?.Dispose();
            throw Unwritable(problem);
        }
        catch
        {
            _file?.Dispose();
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

        try
        {
            _file?.Write(lines.GetBuffer().AsSpan(0, (int)lines.Length));
            _file?.Flush(flushToDisk: true);
        }
        catch (IOException problem)
        {
            throw Unwritable(problem);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private void ReadAll(FileStream file)
    {
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        int start = 0, number = 1;
        for (int end = bytes.AsSpan().IndexOf((byte)'\n'); end >= 0; end = Next(bytes, start))
        {
            if (end > start)
            {
                Read(bytes.AsSpan(start, end - start), number);
            }

            (start, number) = (end + 1, number + 1);
        }

        file.SetLength(start);
        file.Position = start;
    }

    private static int Next(byte[] bytes, int start)
    {
        int end = bytes.AsSpan(start).IndexOf((byte)'\n');
        return end < 0 ? -1 : start + end;
    }

    private void Read(ReadOnlySpan<byte> line, int number)
    {
        try
        {
            var entry = EvaluationJson.ReadLine(line);
            _entries[entry.Key] = entry;
        }
        catch (JsonException problem)
        {
            throw new UnmaskException($"{_path} is no journal of an evaluation: line {number} is not understood. Choose another file, or delete this one to begin anew.", problem);
        }
    }

    private JournalException Unwritable(Exception problem) =>
        new($"The journal {_path} cannot be used: {problem.Message.TrimEnd('.')}. Choose another file; two runs cannot share one.", problem);
}
