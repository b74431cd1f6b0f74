namespace Unmask.Imaging;

/// <summary>A picture brought to the size at which it is shown.</summary>
internal static class Panel
{
    // From this factor on, single pixels can be seen anyway and are shown as squares.
    private const double SquaresFrom = 4;

    private const float HairlineOpacity = 0.12f;

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

    /// <summary>Puts a picture on a white page; a hairline keeps its white parts from running into the page.</summary>
    public static void Draw(Canvas canvas, Image picture, int left, int top)
    {
        canvas.Draw(picture, left, top);
        canvas.DrawFrame(left, top, picture.Width, picture.Height, 1, Rgb.Black, HairlineOpacity);
    }

    private static int Scale(int size, double factor) => Math.Max(1, (int)Math.Round(size * factor));
}
