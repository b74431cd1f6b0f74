using System.Numerics;

namespace Unmask.Imaging;

public sealed partial class Image
{
    private const float RimOpacity = 0.45f;

    /// <summary>A copy with a closed outline drawn on it, on a dark rim so that it shows on any ground.</summary>
    /// <param name="corners">Its corners in order, in pixels; pixel (0, 0) covers from 0 to 1 in both directions. One corner draws a dot, two a line.</param>
    /// <param name="color">Its colour.</param>
    /// <param name="thickness">In pixels, above 0.</param>
    public Image WithOutline(ReadOnlySpan<Vector2> corners, Rgb color, float thickness = 2)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(thickness);
        var canvas = new Canvas(this);
        canvas.Fill(Outline(corners, thickness * 1.8f), Rgb.Black, RimOpacity);
        canvas.Fill(Outline(corners, thickness), color);
        return canvas.ToImage();
    }

    private static Polygons Outline(ReadOnlySpan<Vector2> corners, float thickness)
    {
        var shape = new Polygons();
        for (var i = 0; i < corners.Length; i++)
            shape.AddStroke(corners[i], corners[(i + 1) % corners.Length], thickness);
        return shape;
    }
}
