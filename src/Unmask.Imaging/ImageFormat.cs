namespace Unmask.Imaging;

/// <summary>The kinds of file that Unmask writes.</summary>
public enum ImageFormat
{
    /// <summary>Lossless; carries text. For heat maps and figures.</summary>
    Png,

    /// <summary>Lossy, quality 90, no chroma subsampling. For photos.</summary>
    Jpeg,

    /// <summary>Lossy, quality 90. Smaller than JPEG.</summary>
    WebP,
}
