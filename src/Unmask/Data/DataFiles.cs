using System.IO.Compression;

namespace Unmask;

/// <summary>The files of a collection: of a folder with all below it, or of a .zip, which is read without being unpacked. May be used from several threads.</summary>
internal abstract class DataFiles : IDisposable
{
    /// <summary>The path as it was given.</summary>
    public required string Name { get; init; }

    /// <summary>Every file with its folders, separated by <c>/</c>, in natural order.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Opens a folder or a .zip.</summary>
    /// <exception cref="FileNotFoundException">There is neither of the name.</exception>
    /// <exception cref="UnmaskException">It is a file, but no readable .zip.</exception>
    public static DataFiles Open(string path)
    {
        if (Directory.Exists(path))
        {
            return FolderFiles.Of(path);
        }

        return File.Exists(path) ? ZipFiles.Of(path) : throw new FileNotFoundException($"There is no folder or .zip {path}.");
    }

    /// <summary>The bytes of a file.</summary>
    public abstract byte[] Read(string path);

    /// <summary>The text of a file.</summary>
    public string ReadText(string path) => new StreamReader(new MemoryStream(Read(path))).ReadToEnd();

    /// <summary>For messages: where a file is.</summary>
    public string Place(string path) => $"{Name}/{path}";

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }

    private sealed class FolderFiles : DataFiles
    {
        public static FolderFiles Of(string path) => new()
        {
            Name = path.TrimEnd('/', Path.DirectorySeparatorChar),
            Paths = [.. Directory.EnumerateFiles(path, "*", new EnumerationOptions { RecurseSubdirectories = true })
                .Select(file => Path.GetRelativePath(path, file).Replace(Path.DirectorySeparatorChar, '/')).Order(NaturalOrder.Comparer)],
        };

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

        /// <summary>What a Mac adds to an archive, and files that begin with a dot.</summary>
        private static bool IsHidden(string path) => path.Split('/', '\\').Any(part => part is "__MACOSX" || part.StartsWith('.'));
    }
}
