using System.Numerics;
using Unmask.Imaging;
using Unmask.Metrics;

namespace Unmask;

/// <summary>What a model saw of a picture, with maps and hulls drawn on it.</summary>
internal sealed class GadPicture
{
    private const int Side = 256;

    // A few pixels are far larger than all others.
    private const double Percentile = 0.99;

    // The photo below a map is grey and pale, so that blue and red are the map's.
    private const double Paleness = 0.6;

    private static readonly Rgb Before = new(20, 80, 220);
    private static readonly Rgb After = new(215, 20, 30);
    private static readonly Rgb OriginalHull = new(230, 30, 30);
    private static readonly Rgb RefinedHull = new(40, 200, 60);

    private readonly int _factor;

    public GadPicture(ModelInput input)
    {
        var (height, width) = input.Layout.Spatial;
        _factor = Math.Max(1, (Side + Math.Max(height, width) - 1) / Math.Max(height, width));
        View = input is { Picture: { } picture, Placement: { } place }
            ? Fits(place, picture) ? picture.ResizePart(Math.Max(0, place.Left), Math.Max(0, place.Top), Math.Min(place.Width, picture.Width), Math.Min(place.Height, picture.Height), width * _factor, height * _factor) : TensorPicture.Of(input).Resize(width * _factor, height * _factor)
            : TensorPicture.Of(input).Resize(width * _factor, height * _factor);
        (Height, Width) = (height, width);
    }

    /// <summary>What the model saw, enlarged by a whole factor.</summary>
    public Image View { get; }

    private int Height { get; }

    private int Width { get; }

    /// <summary>The map before, in blue.</summary>
    public Image InBlue(ReadOnlySpan<float> map) => Tinted(map, Before);

    /// <summary>The map after, in red.</summary>
    public Image InRed(ReadOnlySpan<float> map) => Tinted(map, After);

    /// <summary>Both hulls: the original's in red, the refined one's in green.</summary>
    public Image WithHulls(RegionComplexity regions) => View.WithOutline(Outline(regions.Original), OriginalHull, 3).WithOutline(Outline(regions.Refined), RefinedHull, 3);

    private Vector2[] Outline(ConvexHull hull) => [.. hull.Corners.Select(corner => _factor * new Vector2(corner.X + 0.5f, corner.Y + 0.5f))];

    private Image Tinted(ReadOnlySpan<float> map, Rgb color)
    {
        float[] magnitudes = new float[map.Length];
        for (int i = 0; i < map.Length; i++)
        {
            magnitudes[i] = Math.Abs(map[i]);
        }

        float[] sorted = [.. magnitudes.Where(value => value > 0).Order()];
        float top = sorted.Length == 0 ? 1 : sorted[(int)(Percentile * (sorted.Length - 1))];
        byte[] pixels = new byte[3 * View.Width * View.Height];
        for (int at = 0; at < View.Width * View.Height; at++)
        {
            int x = at % View.Width, y = at / View.Width;
            double share = Math.Min(1, Math.Sqrt(magnitudes[(y / _factor * Width) + (x / _factor)] / top));
            var photo = View[x, y];
            double grey = 255 - ((1 - Paleness) * (255 - ((0.299 * photo.R) + (0.587 * photo.G) + (0.114 * photo.B))));
            (pixels[3 * at], pixels[(3 * at) + 1], pixels[(3 * at) + 2]) = (Mixed(grey, color.R, share), Mixed(grey, color.G, share), Mixed(grey, color.B, share));
        }

        return Image.FromPixels(View.Width, View.Height, pixels);
    }

    /// <summary>Whether the model saw a part of the picture; where it was padded, the tensor is shown.</summary>
    private static bool Fits(Placement place, Image picture) => place.Left >= -1 && place.Top >= -1 && place.Left + place.Width <= picture.Width + 1 && place.Top + place.Height <= picture.Height + 1;

    private static byte Mixed(double from, byte to, double share) => (byte)Math.Round(from + (share * (to - from)));
}
