using System.Buffers;
using System.Collections.Concurrent;
using System.IO.MemoryMappedFiles;

namespace Unmask.Graphs;

/// <summary>
/// A file mapped into memory for reading, once however many tensors lie in it. It stays mapped for as long as the process lives, since spans of it
/// may be anywhere; mapped pages cost no memory of their own. A file that was replaced since is mapped anew.
/// </summary>
internal sealed unsafe class MappedFile
{
    private static readonly ConcurrentDictionary<(string Path, long Length, DateTime Written), Lazy<MappedFile>> Mapped = new();

    private readonly byte* _start;
    private readonly long _length;
    private readonly string _path;

    private MappedFile(string path, long length)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        using var file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        var view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start); // Never released: see above.
        _start += view.PointerOffset;
        _length = length;
        _path = path;
    }

    /// <summary>The mapping of a file.</summary>
    /// <param name="path">A path without symbolic links.</param>
    /// <exception cref="ModelFormatException">The file cannot be opened.</exception>
    public static MappedFile Open(string path)
    {
        try
        {
            var file = new FileInfo(path);
            var key = (path, file.Length, file.LastWriteTimeUtc);
            return Mapped.GetOrAdd(key, static key => new(() => new MappedFile(key.Path, key.Length))).Value;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ModelFormatException($"The external data file {path} cannot be read any more: {error.Message}", error);
        }
    }

    /// <summary>A part of the file.</summary>
    /// <exception cref="ModelFormatException">The file is shorter.</exception>
    public MemoryManager<byte> Slice(long offset, int length) => offset + length <= _length
        ? new Part(_start + offset, length)
        : throw new ModelFormatException($"The external data file {_path} has become shorter since the model was read. Load the model again.");

    private sealed class Part(byte* start, int length) : MemoryManager<byte>
    {
        public override Span<byte> GetSpan() => new(start, length);

        public override MemoryHandle Pin(int elementIndex = 0) => new(start + elementIndex);

        public override void Unpin()
        {
            // Mapped memory does not move.
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
