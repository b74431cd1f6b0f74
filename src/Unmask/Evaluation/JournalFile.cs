namespace Unmask.Metrics;

/// <summary>
/// A file of lines, which survives the end of a run: what is appended in one write is on the disk when the call returns, and a line that a killed run left half written is cut off when the file is opened
/// again. Held for this run alone.
/// </summary>
internal sealed class JournalFile : IDisposable
{
    private readonly FileStream _file;
    private readonly string _path;

    /// <summary>Opens or begins a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="keep">Whether what it holds counts; else it begins anew.</param>
    /// <exception cref="JournalException">It cannot be read or written, or another run holds it.</exception>
    public JournalFile(string path, bool keep)
    {
        _path = path;
        FileStream? file = null;
        try
        {
            // Two runs in one folder would write over each other's lines. (Where the system only knows locks that programs heed, None is the one that a second run heeds; so nothing is deleted before it is held.)
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            file.SetLength(keep ? file.Length : 0);
            Lines = WholeLines(file);
            _file = file;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw Unusable(problem);
        }
    }

    /// <summary>The lines that were there, without their ends.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Lines { get; }

    /// <summary>Cuts off what stands behind the first lines.</summary>
    /// <param name="lines">How many of <see cref="Lines"/> stay.</param>
    public void Cut(int lines)
    {
        long end = Lines.Take(lines).Sum(line => (long)line.Length + 1);
        _file.SetLength(end);
        _file.Position = end;
    }

    /// <summary>Adds lines.</summary>
    /// <param name="lines">Each with its end.</param>
    /// <exception cref="JournalException">The disk is full, or failing.</exception>
    public void Append(ReadOnlySpan<byte> lines)
    {
        try
        {
            _file.Write(lines);
            _file.Flush(flushToDisk: true);
        }
        catch (IOException problem)
        {
            throw Unusable(problem);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static List<ReadOnlyMemory<byte>> WholeLines(FileStream file)
    {
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        List<ReadOnlyMemory<byte>> lines = [];
        int start = 0;
        for (int length = bytes.AsSpan().IndexOf((byte)'\n'); length >= 0; length = bytes.AsSpan(start).IndexOf((byte)'\n'))
        {
            lines.Add(bytes.AsMemory(start, length));
            start += length + 1;
        }

        file.SetLength(start);
        file.Position = start;
        return lines;
    }

    private JournalException Unusable(Exception problem) =>
        new($"The journal {_path} cannot be used: {problem.Message.TrimEnd('.')}. Choose another file; two runs cannot share one.", problem);
}
