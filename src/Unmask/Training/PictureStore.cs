using Unmask.Imaging;

namespace Unmask.Training;

/// <summary>
/// Decoded pictures: in memory up to a limit, those beyond it in one temporary file, whose pages the system keeps in memory while there is room. Pictures are added by one thread,
/// then read by any number. The file is gone when the store is, also after a crash.
/// </summary>
internal sealed class PictureStore(long memoryBytes) : IDisposable
{
    private readonly List<Place> _places = [];
    private FileStream? _file;
    private long _inMemory;

    /// <summary>Pictures held.</summary>
    public int Count => _places.Count;

    /// <summary>Bytes in the temporary file.</summary>
    public long BytesOnDisk { get; private set; }

    /// <summary>Adds a picture behind the others.</summary>
    /// <exception cref="UnmaskException">It goes beyond the memory, and the temporary folder cannot take it.</exception>
    public void Add(Image picture)
    {
        if (_inMemory + picture.Pixels.Length <= memoryBytes)
        {
            _inMemory += picture.Pixels.Length;
            _places.Add(new(picture, picture.Width, picture.Height, 0));
            return;
        }

        try
        {
            _file ??= new(TemporaryName(), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
            RandomAccess.Write(_file.SafeFileHandle, picture.Pixels, BytesOnDisk);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UnmaskException($"Decoded pictures beyond the {memoryBytes >> 20:N0} MB of memory (--cache) go to a file in {Path.GetTempPath()}, which cannot take them: {problem.Message.TrimEnd('.')}. "
                + "Allow more memory, or set TMPDIR to a folder with room.", problem);
        }

        _places.Add(new(null, picture.Width, picture.Height, BytesOnDisk));
        BytesOnDisk += picture.Pixels.Length;
    }

    /// <summary>Width and height of a picture, without reading it.</summary>
    public (int Width, int Height) SizeOf(int index) => (_places[index].Width, _places[index].Height);

    /// <summary>A picture.</summary>
    /// <exception cref="UnmaskException">The temporary file cannot be read any more.</exception>
    public Image Read(int index)
    {
        var place = _places[index];
        if (place.Picture is { } picture)
        {
            return picture;
        }

        byte[] pixels = GC.AllocateUninitializedArray<byte>(3 * place.Width * place.Height);
        try
        {
            int read = 0;
            while (read < pixels.Length && RandomAccess.Read(_file!.SafeFileHandle, pixels.AsSpan(read), place.Offset + read) is var more and > 0)
            {
                read += more;
            }

            return read == pixels.Length ? Image.FromPixels(place.Width, place.Height, pixels) : throw new EndOfStreamException("it ends early");
        }
        catch (IOException problem)
        {
            throw new UnmaskException($"The file of decoded pictures in {Path.GetTempPath()} cannot be read: {problem.Message.TrimEnd('.')}.", problem);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private static string TemporaryName() => Path.Combine(Path.GetTempPath(), $"unmask-pictures-{Path.GetRandomFileName()}");

    private readonly record struct Place(Image? Picture, int Width, int Height, long Offset);
}
