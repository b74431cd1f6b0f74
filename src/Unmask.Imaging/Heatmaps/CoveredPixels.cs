using System.Runtime.InteropServices;

namespace Unmask.Imaging;

/// <summary>The pixels of a picture whose centres lie in a region.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct CoveredPixels(int Left, int Top, int Width, int Height)
{
    public int Right => Left + Width;

    public int Bottom => Top + Height;

    /// <exception cref="ArgumentException">The region does not touch the picture.</exception>
    public static CoveredPixels Of(Region region, int pictureWidth, int pictureHeight)
    {
        int left = FirstInside(region.Left, pictureWidth), top = FirstInside(region.Top, pictureHeight);
        int width = FirstInside(region.Right, pictureWidth) - left, height = FirstInside(region.Bottom, pictureHeight) - top;
        return width > 0 && height > 0
            ? new(left, top, width, height)
            : throw new ArgumentException($"The map's place, {region}, does not touch the picture of {pictureWidth} × {pictureHeight} pixels.", nameof(region));
    }

    // The first pixel whose centre lies at or after the edge.
    private static int FirstInside(double edge, int size) => (int)Math.Clamp(Math.Ceiling(edge - 0.5), 0, size);
}
