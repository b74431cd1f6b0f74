using System.IO.Compression;
using Unmask.Imaging;

namespace Unmask;

/// <summary>The files of a collection: of a folder with all below it, or of a .zip, .tar or .tar.gz. May be used from several threads.</summary>
internal abstract class DataFiles : IDisposable
{
    /// <summary>The path as it was given.</summary>
    public required string Name { get; init; }

    /// <summary>Every file with its folders, separated by <c>/</c>, in natural order.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Folders in which there are no files, each without those below it.</summary>
    public IReadOnlyList<string> EmptyFolders { get; init; } = [];

    /// <summary>Opens a folder or an archive. CIFAR's binary files appear as the pictures that they hold.</summary>
    /// <exception cref="FileNotFoundException">There is neither of the name.</exception>
    /// <exception cref="UnmaskException">It is a file, but no readable archive; or a folder in it may not be read.</exception>
    public static DataFiles Open(string path)
    {
        if (Directory.Exists(path))
        {
            return CifarFiles.Over(FolderFiles.Of(path));
        }

        return File.Exists(path)
            ? CifarFiles.Over(TarFiles.IsTarName(path) ? TarFiles.Of(path) : ZipFiles.Of(path))
            : throw new FileNotFoundException($"There is no folder, .zip, .tar or .tar.gz {path}.");
    }

    /// <summary>The bytes of a file.</summary>
    public abstract byte[] Read(string path);

    /// <summary>A file as a picture.</summary>
    /// <exception cref="ImageFormatException">It is none, or is damaged.</exception>
    public virtual Image ReadPicture(string path) => Image.Decode(Read(path), Place(path));

    /// <summary>The text of a file.</summary>
    public string ReadText(string path) => new StreamReader(new MemoryStream(Read(path))).ReadToEnd();

    /// <summary>The folders that a file lies in, innermost first.</summary>
    public static IEnumerable<string> ParentsOf(string path)
    {
        for (int end = path.LastIndexOf('/'); end > 0; end = path.LastIndexOf('/', end - 1))
        {
            yield return path[..end];
        }
    }

    /// <summary>What a Mac adds to an archive, and files that begin with a dot.</summary>
    protected static bool IsHidden(string path) => path.Split('/', '\\').Any(part => part is "__MACOSX" || (part.StartsWith('.') && part is not "."));

    /// <summary>For messages: where a file is.</summary>
    public string Place(string path) => $"{Name}/{path}";

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }

    private sealed class FolderFiles : DataFiles
    {
        public static FolderFiles Of(string path)
        {
            try
            {
                // What may not be read must not be missing unnoticed.
                var everywhere = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false };
                string Within(string file) => Path.GetRelativePath(path, file).Replace(Path.DirectorySeparatorChar, '/');
                string[] files = [.. Directory.EnumerateFiles(path, "*", everywhere).Select(Within).Order(NaturalOrder.Comparer)];
                string[] folders = [.. Directory.EnumerateDirectories(path, "*", everywhere).Select(Within).Order(NaturalOrder.Comparer)];
                return new() { Name = path.TrimEnd('/', Path.DirectorySeparatorChar), Paths = files, EmptyFolders = Empty(folders, files) };
            }
            catch (UnauthorizedAccessException problem)
            {
                throw new UnmaskException($"Not everything in {path} may be read: {problem.Message.TrimEnd('.')}. Allow it, or give a folder without it.", problem);
            }
        }

        private static string[] Empty(string[] folders, string[] files)
        {
            var parents = files.SelectMany(ParentsOf).ToHashSet(StringComparer.Ordinal);
            var empty = folders.Where(folder => !parents.Contains(folder)).ToHashSet(StringComparer.Ordinal);
            return [.. folders.Where(folder => empty.Contains(folder) && !ParentsOf(folder).Any(empty.Contains))];
        }

        public override byte[] Read(string path) => File.ReadAllBytes(Path.Combine(Name, path));
    }

    private sealed class ZipFiles(ZipArchive archive, Dictionary<string, ZipArchiveEntry> entries) : DataFiles
    {
        // A photo or a mask is far smaller; an archive that promises more is damaged or meant to do harm.
        private const long LargestFile = 1L << 30;

        private readonly Lock _gate = new();

        public static ZipFiles Of(string path)
        {
            try
            {
                var archive = ZipFile.OpenRead(path);
                var entries = archive.Entries.Where(entry => entry.Name.Length > 0 && !IsHidden(entry.FullName))
                    .GroupBy(entry => entry.FullName.Replace('\\', '/'), StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Last(), StringComparer.Ordinal);
                return new ZipFiles(archive, entries) { Name = path, Paths = [.. entries.Keys.Order(NaturalOrder.Comparer)] };
            }
            catch (InvalidDataException problem)
            {
                throw new UnmaskException($"{path} is neither a folder nor a readable .zip: {problem.Message.TrimEnd('.')}. A single picture is explained with `unmask explain` or `unmask compare`.", problem);
            }
        }

        public override byte[] Read(string path)
        {
            var entry = entries[path];
            if (entry.Length > LargestFile)
            {
                throw new UnmaskException($"{Place(path)} would take {entry.Length:N0} bytes; files of up to {LargestFile:N0} are read.");
            }

            try
            {
                // An archive has one stream.
                lock (_gate)
                {
                    using var stream = entry.Open();
                    byte[] bytes = new byte[entry.Length];
                    stream.ReadExactly(bytes);
                    return bytes;
                }
            }
            catch (Exception problem) when (problem is InvalidDataException or EndOfStreamException)
            {
                throw new UnmaskException($"{Place(path)} is damaged: {problem.Message}", problem);
            }
        }

        public override void Dispose()
        {
            archive.Dispose();
            base.Dispose();
        }
    }
}
