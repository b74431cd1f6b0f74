namespace Unmask.Imaging;

/// <summary>What is refused from the header alone, before pixels are decoded.</summary>
internal static class Limits
{
    /// <exception cref="ImageFormatException">Too large, or of a sample type that is not a photo's.</exception>
    public static void Check(VipsHandle header, string name, FileKind kind, DecodeOptions options)
    {
        int width = Vips.Width(header), height = Vips.Height(header), bands = Vips.Bands(header);
        var megapixels = (double)width * height / 1e6;
        if (megapixels > options.MaxMegapixels)
            throw new ImageFormatException(
                $"'{name}' is too large: its header says {width:N0} × {height:N0} pixels ({megapixels:N0} megapixels); the limit is " +
                $"{options.MaxMegapixels:N0} megapixels. Make it smaller, or raise DecodeOptions.MaxMegapixels.");
        if (3L * width * height > Array.MaxLength)
            throw new ImageFormatException($"'{name}' is too large: {width:N0} × {height:N0} pixels do not fit into one array of {Array.MaxLength:N0} bytes.");
        if (Vips.Format(header) is var format and not (VipsBandFormat.Byte or VipsBandFormat.UnsignedShort))
            throw new ImageFormatException(
                $"'{name}' is {kind.Name} with samples of type {format}, whose range is not known; Unmask reads 8 and 16 bits a sample. " +
                "Convert it to one of those, or give the numbers to the model as a .npy tensor.");
        if (bands - Vips.HasAlpha(header) is not (1 or 3 or 4))
            throw new ImageFormatException($"'{name}' is {kind.Name} with {bands} channels; Unmask reads grey, RGB and CMYK, with or without transparency.");
    }
}
