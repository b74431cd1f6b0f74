namespace Unmask;

/// <summary>Files that exist whole or not at all: written beside their place, then moved.</summary>
public static class AtomicFile
{
    /// <summary>Writes a file; when anything fails, nothing is left and an older file of the name stays as it was.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the contents.</param>
    /// <param name="durable">Whether the contents are on the disk before the file takes its place, so that not even a power cut leaves half of it. Default <c>false</c>: it takes some milliseconds.</param>
    /// <exception cref="UnmaskException">The folder cannot be written to, or the disk is full; the message says which.</exception>
    public static void Write(string path, Action<Stream> write, bool durable = false)
    {
        string full = Path.GetFullPath(path);
        string temporary = full + ".part";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: durable);
            }

            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            Remove(temporary);
            throw new UnmaskException($"{path} cannot be written: {problem.Message.TrimEnd('.')}. Choose another folder with -o.", problem);
        }
        catch
        {
            Remove(temporary);
            throw;
        }
    }

    /// <summary>Writes a text file (UTF-8) whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">The contents.</param>
    /// <param name="durable">As in <see cref="Write"/>.</param>
    public static void WriteText(string path, string text, bool durable = false) => Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)), durable);

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // The error that brought us here is the one to report.
        }
    }
}
