using System.Buffers;
using System.Collections.Concurrent;
using System.IO.MemoryMappedFiles;

namespace Unmask.Graphs.Onnx;

/// <summary>Where the raw data of a tensor lies in a file beside the model (ONNX external data).</summary>
/// <param name="Path">The full path of the file.</param>
/// <param name="Location">The path as the model states it, relative to the model's folder.</param>
/// <param name="Offset">Bytes from the start of the file.</param>
/// <param name="Length">Bytes of raw data.</param>
public sealed record ExternalData(string Path, string Location, long Offset, long Length)
{
    private static readonly ConcurrentDictionary<ExternalData, MappedBytes> Mapped = new();

    /// <summary>The bytes, mapped into memory on first use and never copied.</summary>
    internal ReadOnlyMemory<byte> Map()
    {
        if (Length > int.MaxValue)
        {
            throw new NotSupportedException(
                $"A tensor of {Length:N0} bytes in {Location} is too large to be read in one piece by managed code (2 GiB); it can be run, not inspected.");
        }

        return Length == 0 ? default : (ReadOnlyMemory<byte>)Mapped.GetOrAdd(this, static data => new MappedBytes(data)).Memory;
    }

    /// <summary>A read-only view of a part of a file. Lives as long as the process: mapped pages cost no memory of their own.</summary>
    private sealed unsafe class MappedBytes : MemoryManager<byte>
    {
        private readonly MemoryMappedFile _file;
        private readonly MemoryMappedViewAccessor _view;
        private readonly byte* _start;
        private readonly int _length;

        public MappedBytes(ExternalData data)
        {
            _file = MemoryMappedFile.CreateFromFile(data.Path, FileMode.Open, mapName: null, 0, MemoryMappedFileAccess.Read);
            _view = _file.CreateViewAccessor(data.Offset, data.Length, MemoryMappedFileAccess.Read);
            _length = (int)data.Length;
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
            _start += _view.PointerOffset;
        }

        public override Span<byte> GetSpan() => new(_start, _length);

        public override MemoryHandle Pin(int elementIndex = 0) => new(_start + elementIndex);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
        }
    }
}
