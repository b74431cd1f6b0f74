namespace Unmask.Imaging;

/// <summary>Writes a whole file or none: into a temporary file beside it, then moved into place.</summary>
internal static class AtomicFile
{
    /// <exception cref="IOException">The folder is missing or the disk is full or failing; nothing is left behind.</exception>
    /// <exception cref="UnauthorizedAccessException">Writing there is not allowed; nothing is left behind.</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        var target = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(target) ?? throw new IOException($"'{path}' cannot be written: it names no file.");
        if (Directory.Exists(target)) throw new IOException($"'{path}' cannot be written: it is a folder. Name a file in it.");
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"'{path}' cannot be written: the folder '{folder}' does not exist. Create it first.");
        var temporary = Path.Combine(folder, $".unmask-{Environment.ProcessId}-{Environment.CurrentManagedThreadId}.tmp");
        try
        {
            File.WriteAllBytes(temporary, bytes);
            File.Move(temporary, target, overwrite: true);
        }
        catch (UnauthorizedAccessException e)
        {
            Discard(temporary);
            throw new UnauthorizedAccessException($"'{path}' cannot be written: no permission to write into '{folder}'. Choose another folder.", e);
        }
        catch (IOException e)
        {
            Discard(temporary);
            throw new IOException($"'{path}' cannot be written: {e.Message} Nothing was left behind.", e);
        }
    }

    private static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The first error is the one to report; it is on its way.
        }
    }
}
