namespace Unmask.Imaging;

/// <summary>The line around what the model saw of a picture.</summary>
internal static class Frame
{
    /// <summary>The picture with a frame where the map lies on it, unless that is all of it.</summary>
    public static Image Around(Heatmap map, Image picture)
    {
        if (map.Options.Placement is not { } place) return picture;
        var canvas = new Canvas(picture);
        Draw(canvas, CoveredPixels.Of(place, picture.Width, picture.Height));
        return canvas.ToImage();
    }

    /// <summary>Draws it, unless the model saw all of the picture.</summary>
    public static void Draw(Canvas canvas, CoveredPixels seen)
    {
        if (seen.Width == canvas.Width && seen.Height == canvas.Height) return;
        var thickness = Math.Max(1, (int)Math.Round(Math.Min(canvas.Width, canvas.Height) / 320.0));
        // A dark line inside of a light one: visible on every picture.
        canvas.DrawFrame(seen.Left, seen.Top, seen.Width, seen.Height, 2 * thickness, Rgb.Black, 0.45f);
        canvas.DrawFrame(seen.Left, seen.Top, seen.Width, seen.Height, thickness, Rgb.White, 0.95f);
    }
}
