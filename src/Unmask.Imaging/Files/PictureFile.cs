namespace Unmask.Imaging;

/// <summary>Reads the bytes of a picture's file, with errors that say what is there.</summary>
internal static class PictureFile
{
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">It is a folder, or it cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Reading it is not allowed.</exception>
    public static byte[] Read(string path)
    {
        if (Directory.Exists(path)) throw new IOException($"'{path}' is a folder; a picture was asked for. Name one of the pictures in it.");
        if (!File.Exists(path)) throw new FileNotFoundException(WhatIsMissing(path), path);
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new UnauthorizedAccessException($"'{path}' cannot be opened: no permission to read it.", e);
        }
        catch (IOException e)
        {
            throw new IOException($"'{path}' cannot be read: {e.Message}", e);
        }
    }

    private static string WhatIsMissing(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (folder is not null && !Directory.Exists(folder)) return $"There is no picture '{path}': the folder '{Path.GetDirectoryName(path)}' does not exist.";
        var stem = Path.GetFileNameWithoutExtension(path);
        var alike = folder is null || stem.Length == 0
            ? null
            : Directory.EnumerateFiles(folder)
                .Select(Path.GetFileName)
                .FirstOrDefault(name => string.Equals(Path.GetFileNameWithoutExtension(name), stem, StringComparison.OrdinalIgnoreCase));
        return alike is null
            ? $"There is no picture '{path}'. Relative paths start at the current folder, '{Directory.GetCurrentDirectory()}'."
            : $"There is no picture '{path}', but there is '{alike}' in the same folder.";
    }
}
