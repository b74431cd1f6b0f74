namespace Unmask.Imaging;

public sealed partial class Image
{
    /// <summary>
    /// Reads a JPEG, PNG, WebP, TIFF, GIF or AVIF file (the first frame or page) as upright sRGB: EXIF rotation is applied, an embedded
    /// colour profile is converted, CMYK without one is taken as a common press's, 16 bits become 8, grey becomes R = G = B, and
    /// transparency is laid on white.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Limits; null: <see cref="DecodeOptions.Default"/>.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">It is a folder or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Reading it is not allowed.</exception>
    /// <exception cref="ImageFormatException">It is not a picture that can be read: another kind of file, damaged, truncated or too large.</exception>
    /// <exception cref="DllNotFoundException">libvips is missing.</exception>
    public static Image Load(string path, DecodeOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Decoder.Decode(PictureFile.Read(path), path, options ?? DecodeOptions.Default);
    }

    /// <summary>Reads a picture from the bytes of a file; see <see cref="Load"/>.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="options">Limits; null: <see cref="DecodeOptions.Default"/>.</param>
    /// <exception cref="ImageFormatException">It is not a picture that can be read.</exception>
    public static Image Decode(ReadOnlyMemory<byte> file, string name = "picture", DecodeOptions? options = null) =>
        Decoder.Decode(file, name, options ?? DecodeOptions.Default);

    /// <summary>The bytes of a file that shows this picture.</summary>
    /// <param name="format">The kind of file.</param>
    /// <param name="text">Key and value pairs to keep in the file («Title», «Software», …; keys of 1 to 79 plain Latin letters); PNG only, ignored elsewhere.</param>
    public byte[] Encode(ImageFormat format, IReadOnlyDictionary<string, string>? text = null) => Encoder.Encode(this, format, text);

    /// <summary>Writes a PNG, JPEG or WebP file, chosen by the extension. The file appears whole or not at all; an older one is replaced.</summary>
    /// <param name="path">Ends with .png, .jpg, .jpeg or .webp.</param>
    /// <param name="text">As for <see cref="Encode"/>.</param>
    /// <exception cref="ArgumentException">The extension is none of these.</exception>
    /// <exception cref="IOException">The folder does not exist, or the disk is full or failing.</exception>
    /// <exception cref="UnauthorizedAccessException">Writing there is not allowed.</exception>
    public void Save(string path, IReadOnlyDictionary<string, string>? text = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, Encode(Encoder.FormatOf(path), text));
    }
}
