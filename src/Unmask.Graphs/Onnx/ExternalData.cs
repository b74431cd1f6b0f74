using System.Buffers;

namespace Unmask.Graphs;

/// <summary>Where the raw data of a tensor lies in a file beside the model (ONNX external data).</summary>
/// <param name="Path">The full path of the file.</param>
/// <param name="Location">The path relative to the model's folder, with «/» between its parts: the end of <paramref name="Path"/>.</param>
/// <param name="Offset">Bytes from the start of the file.</param>
/// <param name="Length">Bytes of raw data.</param>
public sealed record ExternalData(string Path, string Location, long Offset, long Length)
{
    /// <summary>The bytes, mapped into memory and never copied.</summary>
    /// <exception cref="NotSupportedException">There are more than 2 GiB: managed code cannot see them in one piece.</exception>
    /// <exception cref="ModelFormatException">The file is gone or has become shorter since the model was read.</exception>
    internal MemoryManager<byte> Map()
    {
        if (Length > int.MaxValue)
        {
            throw new NotSupportedException(
                $"A tensor of {Length:N0} bytes in {Location} is too large to be read in one piece by managed code (2 GiB); it can be run, not inspected.");
        }

        return Length == 0 ? new BytesOf<byte>(default) : MappedFile.Open(RealPath.Of(Path)).Slice(Offset, (int)Length);
    }
}
