namespace Unmask;

/// <summary>Files that exist whole or not at all: written beside their place, then moved.</summary>
public static class AtomicFile
{
    /// <summary>Writes a file; when anything fails, nothing is left and an older file of the name stays as it was.</summary>
    /// <exception cref="UnmaskException">The folder cannot be written to, or the disk is full; the message says which.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string full = Path.GetFullPath(path);
        string temporary = full + ".part";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                write(stream);
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
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

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
