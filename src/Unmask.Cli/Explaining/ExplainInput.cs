namespace Unmask.Cli.Explaining;

/// <summary>One thing to explain.</summary>
/// <param name="Name">For people: the path as it was given.</param>
/// <param name="File">The path; <c>null</c> for the demonstration photo.</param>
/// <param name="Stem">The beginning of the names of its files; no two inputs have the same.</param>
internal sealed record ExplainInput(string Name, string? File, string Stem)
{
    public bool IsTensor => File is not null && IsTensorName(File);

    /// <summary>Finds everything that was asked for; folders become the pictures in them.</summary>
    /// <exception cref="FileNotFoundException">A path does not exist.</exception>
    /// <exception cref="UnmaskException">A folder holds no pictures.</exception>
    public static IReadOnlyList<ExplainInput> Find(IReadOnlyList<string> paths)
    {
        var stems = new FileNames();
        return paths.Count == 0
            ? [new(Demo.PhotoName, null, stems.Unique(Path.GetFileNameWithoutExtension(Demo.PhotoName)))]
            : [.. paths.SelectMany(FilesOf).Select(file => new ExplainInput(file, file, stems.Unique(Path.GetFileNameWithoutExtension(file))))];
    }

    private static IEnumerable<string> FilesOf(string path)
    {
        if (Directory.Exists(path))
        {
            return PictureFolder.List(path);
        }

        return System.IO.File.Exists(path) ? [path] : throw new FileNotFoundException($"There is no file or folder {path}.");
    }

    private static bool IsTensorName(string path) => path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase);
}
