namespace Unmask.Graphs;

/// <summary>Resolves every symbolic link on the way to a file.</summary>
internal static class RealPath
{
    private const int MostLinks = 40;

    /// <summary>The path without links, «.» and «..». The file need not exist.</summary>
    /// <param name="path">A full path.</param>
    /// <exception cref="IOException">The links go round in circles.</exception>
    public static string Of(string path)
    {
        string done = Path.GetPathRoot(path)!;
        var pending = new Stack<string>();
        Push(pending, path[done.Length..]);
        int links = 0;
        while (pending.TryPop(out string? part))
        {
            if (part is "" or ".")
            {
                continue;
            }

            if (part == "..")
            {
                done = Path.GetDirectoryName(done) ?? done;
                continue;
            }

            string next = Path.Combine(done, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                done = next;
                continue;
            }

            links = links < MostLinks ? links + 1 : throw new IOException($"Too many symbolic links on the way to {path}.");
            string root = Path.GetPathRoot(target) ?? "";
            done = root.Length > 0 ? root : done;
            Push(pending, target[root.Length..]);
        }

        return done;
    }

    private static void Push(Stack<string> pending, string path)
    {
        string[] parts = path.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
        for (int i = parts.Length - 1; i >= 0; i--)
        {
            pending.Push(parts[i]);
        }
    }
}
