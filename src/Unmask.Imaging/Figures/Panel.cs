namespace Unmask.Imaging;

/// <summary>A picture brought to the size at which it is shown.</summary>
internal static class Panel
{
    // From this factor on, single pixels can be seen anyway and are shown as squares.
    private const double SquaresFrom = 4;

    /// <summary>The size of a picture whose longer side is to fill a panel.</summary>
    public static (int Width, int Height) SizeOf(Image picture, int longerSide)
    {
        var factor = (double)longerSide / Math.Max(picture.Width, picture.Height);
        if (factor >= SquaresFrom) factor = Math.Floor(factor);
        return (Scale(picture.Width, factor), Scale(picture.Height, factor));
    }

    /// <summary>The picture in that size.</summary>
    public static Image Fit(Image picture, int longerSide)
    {
        var (width, height) = SizeOf(picture, longerSide);
        var enlarged = (double)width / picture.Width;
        return picture.Resize(width, height, enlarged >= SquaresFrom ? ResizeFilter.Nearest : enlarged > 1 ? ResizeFilter.Bicubic : ResizeFilter.Lanczos);
    }

    private static int Scale(int size, double factor) => Math.Max(1, (int)Math.Round(size * factor));
}
