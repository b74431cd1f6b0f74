namespace Unmask.Training;

/// <summary>Labelled texts as files: a folder or .zip with a folder for each class, and in it a .txt for each text.</summary>
internal static class TextFolders
{
    private static readonly string[] TestFolders = ["test"];
    private static readonly string[] ValidationFolders = ["val", "valid", "validation"];

    /// <summary>Whether a folder or .zip holds texts, and no pictures.</summary>
    /// <exception cref="UnmaskException">It is a file, but no readable .zip.</exception>
    public static bool HoldTexts(string path)
    {
        using var files = DataFiles.Open(path);
        return files.Paths.Any(IsText) && !files.Paths.Any(PictureFolder.IsPictureName);
    }

    /// <summary>Reads the records of all files.</summary>
    /// <exception cref="UnmaskException">The folders do not tell the classes.</exception>
    public static IEnumerable<(TextPart Part, TextRecord Record)> Read(string path)
    {
        using var files = DataFiles.Open(path);
        foreach (string file in files.Paths.Where(IsText))
        {
            string[] folders = file.Split('/')[..^1];
            if (folders.Length > 0)
            {
                yield return (PartOf(folders), TextRecord.Of(files.Place(file), folders[^1], files.ReadText(file)));
            }
        }
    }

    private static bool IsText(string path) => path.EndsWith(".txt", StringComparison.OrdinalIgnoreCase);

    private static TextPart PartOf(string[] folders) => Among(folders, TestFolders) ? TextPart.Test : Among(folders, ValidationFolders) ? TextPart.Validation : TextPart.Training;

    private static bool Among(string[] folders, string[] names) => folders.Intersect(names, StringComparer.OrdinalIgnoreCase).Any();
}

/// <summary>What a text is for.</summary>
internal enum TextPart
{
    /// <summary>To be learnt from.</summary>
    Training,

    /// <summary>To see after each epoch how good the network is.</summary>
    Validation,

    /// <summary>To see so once, at the end.</summary>
    Test,
}
