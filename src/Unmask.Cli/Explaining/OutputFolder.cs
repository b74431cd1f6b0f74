namespace Unmask.Cli.Explaining;

/// <summary>The folder of the results: made and tried before long work begins, removed again if nothing came of it.</summary>
internal sealed class OutputFolder : IDisposable
{
    /// <summary>Where results go unless told otherwise.</summary>
    public const string Default = "unmask-output";

    private readonly bool _made;

    private OutputFolder(string path, bool made) => (Path, _made) = (path, made);

    public string Path { get; }

    /// <summary>Makes the folder where it does not exist, and tries to write there.</summary>
    /// <exception cref="UnmaskException">It cannot be made or written to.</exception>
    public static OutputFolder Open(string path)
    {
        bool made = !Directory.Exists(path);
        try
        {
            Directory.CreateDirectory(path);
            string probe = System.IO.Path.Combine(path, $".unmask-{Environment.ProcessId}-{Environment.CurrentManagedThreadId}.part");
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
                return new OutputFolder(path, made);
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UnmaskException($"Results cannot be written to {path}: {problem.Message.TrimEnd('.')}. Choose another folder with -o.", problem);
        }
    }

    public void Dispose()
    {
        if (_made && !Directory.EnumerateFileSystemEntries(Path).Any())
        {
            Directory.Delete(Path);
        }
    }
}
