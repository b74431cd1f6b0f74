using System.IO.Compression;
using Unmask.Graphs;

namespace Unmask;

/// <summary>Reads and writes NumPy's <c>.npz</c> files: named arrays in a zip archive.</summary>
public static class Npz
{
    // Two runs with the same result give the same bytes.
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Reads every array, by its name without <c>.npy</c>.</summary>
    /// <exception cref="UnmaskException">The file is no readable <c>.npz</c>; the message says why.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static IReadOnlyDictionary<string, TensorData> Read(string path)
    {
        try
        {
            using var archive = ZipFile.OpenRead(path);
            return archive.Entries.ToDictionary(entry => Path.GetFileNameWithoutExtension(entry.FullName), Read, StringComparer.Ordinal);
        }
        catch (Exception problem) when (problem is FormatException or ArgumentException or OverflowException or InvalidDataException)
        {
            throw new UnmaskException($"{path} is not a .npz file that can be read: {problem.Message}", problem);
        }
    }

    /// <summary>Writes arrays by name to a stream.</summary>
    public static void Write(Stream stream, params ReadOnlySpan<(string Name, TensorData Array)> arrays)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var (name, array) in arrays)
        {
            var entry = archive.CreateEntry($"{name}.npy", CompressionLevel.Fastest);
            entry.LastWriteTime = NoTime;
            using var content = entry.Open();
            Npy.Write(content, array);
        }
    }

    private static TensorData Read(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        using var whole = new MemoryStream();
        content.CopyTo(whole);
        return Npy.Parse(whole.ToArray());
    }
}
