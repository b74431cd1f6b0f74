using System.Formats.Tar;
using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace Unmask;

/// <summary>The files of a .tar, read at their places; a .tar.gz, which has no places, is first unzipped into one temporary file, gone when the program is.</summary>
internal sealed class TarFiles : DataFiles
{
    private readonly FileStream _archive;
    private readonly IReadOnlyDictionary<string, (long Offset, long Length)> _entries;

    private TarFiles(FileStream archive, IReadOnlyDictionary<string, (long, long)> entries) => (_archive, _entries) = (archive, entries);

    private SafeFileHandle Handle => _archive.SafeFileHandle;

    /// <summary>Whether a file's name is that of such an archive.</summary>
    public static bool IsTarName(string path) => path.EndsWith(".tar", StringComparison.OrdinalIgnoreCase) || IsZipped(path);

    /// <summary>Opens one.</summary>
    /// <exception cref="UnmaskException">It is damaged, or the temporary folder cannot take it.</exception>
    public static TarFiles Of(string path)
    {
        FileStream? archive = null;
        try
        {
            archive = IsZipped(path) ? Unzipped(path) : new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.RandomAccess);
            var entries = EntriesOf(archive);
            return new(archive, entries) { Name = path, Paths = [.. entries.Keys.Order(NaturalOrder.Comparer)] };
        }
        catch (Exception problem) when (problem is InvalidDataException or EndOfStreamException or FormatException)
        {
            archive?.Dispose();
            throw new UnmaskException($"{path} is no readable .tar{(IsZipped(path) ? ".gz" : "")}: {problem.Message.TrimEnd('.')}.", problem);
        }
    }

    /// <inheritdoc/>
    public override byte[] Read(string path)
    {
        var (offset, length) = _entries[path];
        if (length > Array.MaxLength)
        {
            throw new UnmaskException($"{Place(path)} would take {length:N0} bytes; files of up to {Array.MaxLength:N0} are read.");
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)length);
        int read = 0;
        while (read < bytes.Length && RandomAccess.Read(Handle, bytes.AsSpan(read), offset + read) is var more and > 0)
        {
            read += more;
        }

        return read == bytes.Length ? bytes : throw new UnmaskException($"{Place(path)} is damaged: the archive ends within it.");
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _archive.Dispose();
        base.Dispose();
    }

    private static bool IsZipped(string path) => path.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase);

    private static Dictionary<string, (long Offset, long Length)> EntriesOf(FileStream archive)
    {
        var entries = new Dictionary<string, (long, long)>(StringComparer.Ordinal);
        using var reader = new TarReader(archive, leaveOpen: true);
        while (reader.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile && !IsHidden(entry.Name))
            {
                entries[entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name] = (entry.DataOffset, entry.Length);
            }
        }

        return entries;
    }

    private static FileStream Unzipped(string path)
    {
        string name = Path.Combine(Path.GetTempPath(), $"unmask-{Path.GetRandomFileName()}.tar");
        FileStream? file = null;
        try
        {
            file = new(name, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
            using var zipped = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
            zipped.CopyTo(file);
            file.Position = 0;
            return file;
        }
        catch (IOException problem) when (problem is not EndOfStreamException)
        {
            file?.Dispose();
            throw new UnmaskException($"{path} is unzipped into {Path.GetTempPath()}, which fails: {problem.Message.TrimEnd('.')}. Set TMPDIR to a folder with room, or unpack the archive.", problem);
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }
}
