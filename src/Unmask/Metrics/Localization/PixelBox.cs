using Unmask.Imaging;

namespace Unmask.Metrics;

/// <summary>A rectangle of whole pixels of a model's input, half open; may stick out of it, and may be empty.</summary>
/// <param name="Left">Its first column.</param>
/// <param name="Top">Its first row.</param>
/// <param name="Right">One past its last column.</param>
/// <param name="Bottom">One past its last row.</param>
internal readonly record struct PixelBox(int Left, int Top, int Right, int Bottom)
{
    /// <summary>The number of pixels, those beyond the input too.</summary>
    public long Area => (long)Math.Max(0, Right - Left) * Math.Max(0, Bottom - Top);

    /// <summary>A box on the user's picture as the model's input shows it, coordinates truncated.</summary>
    public static PixelBox Of(Region box, Placement place, InputLayout layout)
    {
        var (height, width) = layout.Spatial;
        double across = width / place.Width, down = height / place.Height;
        return new((int)((box.Left - place.Left) * across), (int)((box.Top - place.Top) * down), (int)((box.Right - place.Left) * across), (int)((box.Bottom - place.Top) * down));
    }

    /// <summary>Every box of an object of which the input shows at least one pixel.</summary>
    public static List<PixelBox> Seen(GroundTruth truth, ModelInput input)
    {
        var (height, width) = input.Layout.Spatial;
        var place = truth.PlaceOf(input);
        return [.. truth.Boxes.Select(box => Of(box, place, input.Layout)).Where(box => box.Within(width, height).Area > 0)];
    }

    /// <summary>The part inside of a picture.</summary>
    public PixelBox Within(int width, int height) => new(Math.Clamp(Left, 0, width), Math.Clamp(Top, 0, height), Math.Clamp(Right, 0, width), Math.Clamp(Bottom, 0, height));

    /// <summary>Common pixels ÷ pixels of either, 0 to 1; 0 for an empty box.</summary>
    public double Overlap(PixelBox other)
    {
        long common = new PixelBox(Math.Max(Left, other.Left), Math.Max(Top, other.Top), Math.Min(Right, other.Right), Math.Min(Bottom, other.Bottom)).Area;
        return common == 0 ? 0 : common / (double)(Area + other.Area - common);
    }

    /// <summary>
    /// The same by the arithmetic of the evaluation code for weakly supervised localisation: the end is clipped to the last pixel and then counts as inside, so that only boxes at the right or lower rim
    /// have their own size.
    /// </summary>
    public double InclusiveOverlap(PixelBox other, int width, int height) => Inclusive(width, height).Overlap(other.Inclusive(width, height));

    private PixelBox Inclusive(int width, int height) => Area == 0 ? default : this with { Right = Math.Min(Right, width - 1) + 1, Bottom = Math.Min(Bottom, height - 1) + 1 };
}
