namespace Unmask.Imaging;

/// <summary>What <see cref="Image.Load"/> and <see cref="Image.Decode"/> accept.</summary>
public sealed record DecodeOptions
{
    /// <summary>The options used when none are given.</summary>
    public static DecodeOptions Default { get; } = new();

    /// <summary>
    /// The largest picture to decode. Default 200 · millions of pixels (width × height) · above 0. A larger one is refused from its header,
    /// before memory is taken: a decoded picture needs 3 bytes a pixel, so the default bounds it to 600 MB.
    /// </summary>
    public double MaxMegapixels
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "MaxMegapixels must be above 0.");
    } = 200;
}
