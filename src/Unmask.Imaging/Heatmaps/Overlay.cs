namespace Unmask.Imaging;

/// <summary>Lays a map over a picture.</summary>
internal static class Overlay
{
    // What the model did not see stays visible, but steps back.
    private const float OutsideFading = 0.85f;
    private const float OutsideLight = 0.6f;

    public static Image Draw(Heatmap map, Image picture, OverlayOptions options)
    {
        var place = map.Options.Placement ?? new(0, 0, picture.Width, picture.Height);
        var sampler = new MapSampler(map, place, picture.Width, picture.Height);
        var canvas = new Canvas(picture);
        var blend = new OverlayBlend(map, options);
        var seen = sampler.Pixels;
        var values = new float[seen.Width];
        for (var y = 0; y < picture.Height; y++)
        {
            var row = canvas.Row(y);
            if (y < seen.Top || y >= seen.Bottom)
            {
                OverlayBlend.StepBack(row, OutsideFading, OutsideLight);
                continue;
            }
            OverlayBlend.StepBack(row[..(3 * seen.Left)], OutsideFading, OutsideLight);
            OverlayBlend.StepBack(row[(3 * seen.Right)..], OutsideFading, OutsideLight);
            sampler.Read(y - seen.Top, values);
            blend.Apply(values, row[(3 * seen.Left)..(3 * seen.Right)]);
        }
        Contours.Draw(canvas, map, place, options.Contours);
        if (options.Frame) Frame.Draw(canvas, seen);
        return canvas.ToImage();
    }
}
