namespace Unmask.Training;

/// <summary>One random view of a picture: what <see cref="Augmentation"/> came to.</summary>
internal readonly record struct PictureView
{
    private const double LongestProportion = 4.0 / 3;
    private const int Tries = 10;
    private static readonly (double Least, double Most) ErasedArea = (0.02, 0.33);
    private const double ErasedProportion = 1 / 0.3;

    /// <summary>As the picture is.</summary>
    public static PictureView Plain { get; } = new() { Brightness = 1, Contrast = 1, Saturation = 1 };

    /// <summary>The part that is shown, in pixels of the picture; <c>null</c>: its middle.</summary>
    public (double Left, double Top, double Width, double Height)? Part { get; init; }

    /// <summary>Columns and rows that the view is shifted by.</summary>
    public (int X, int Y) Shift { get; init; }

    /// <summary>Whether left and right are exchanged.</summary>
    public bool Mirrored { get; init; }

    /// <summary>Factor of all levels.</summary>
    public float Brightness { get; init; }

    /// <summary>Factor of levels' distance from the mean luma.</summary>
    public float Contrast { get; init; }

    /// <summary>Factor of levels' distance from their luma.</summary>
    public float Saturation { get; init; }

    /// <summary>The rectangle of the view that is replaced by the mean colour; empty: none.</summary>
    public (int Left, int Top, int Width, int Height) Erased { get; init; }

    /// <summary>Whether a level stays what it was.</summary>
    public bool KeepsColours => Brightness == 1 && Contrast == 1 && Saturation == 1;

    /// <summary>Draws a view.</summary>
    /// <param name="law">Within which limits.</param>
    /// <param name="random">The picture's stream.</param>
    /// <param name="width">Of the picture.</param>
    /// <param name="height">Of the picture.</param>
    /// <param name="size">Height and width of the view.</param>
    public static PictureView Draw(Augmentation law, Rng random, int width, int height, int size)
    {
        // Every number is drawn whether it is used or not, so that one setting does not change what another gives.
        int most = (int)(law.Shift * size);
        var shift = (random.NextInt32((2 * most) + 1) - most, random.NextInt32((2 * most) + 1) - most);
        bool mirrored = random.NextDouble() < law.Mirroring;
        var part = DrawPart(law, ref random, width, height);
        float brightness = Factor(ref random, law.Brightness), contrast = Factor(ref random, law.Contrast), saturation = Factor(ref random, law.Saturation);
        bool erased = random.NextDouble() < law.Erasing;
        return new()
        {
            Part = law.Crops ? part : null,
            Shift = law.Crops ? (0, 0) : shift,
            Mirrored = mirrored,
            Brightness = brightness,
            Contrast = contrast,
            Saturation = saturation,
            Erased = erased ? DrawErased(ref random, size) : default,
        };
    }

    private static (double Left, double Top, double Width, double Height) DrawPart(Augmentation law, ref Rng random, int width, int height)
    {
        double area = Between(ref random, law.SmallestArea, 1) * width * height, proportion = Proportion(ref random, LongestProportion);
        double w = Math.Min(width, Math.Sqrt(area * proportion)), h = Math.Min(height, Math.Sqrt(area / proportion));
        return (random.NextDouble() * (width - w), random.NextDouble() * (height - h), w, h);
    }

    private static (int Left, int Top, int Width, int Height) DrawErased(ref Rng random, int size)
    {
        for (int i = 0; i < Tries; i++)
        {
            double area = Between(ref random, ErasedArea.Least, ErasedArea.Most) * size * size, proportion = Proportion(ref random, ErasedProportion);
            int width = (int)Math.Round(Math.Sqrt(area * proportion)), height = (int)Math.Round(Math.Sqrt(area / proportion));
            if (width is > 0 && height is > 0 && width < size && height < size)
            {
                return (random.NextInt32(size - width + 1), random.NextInt32(size - height + 1), width, height);
            }
        }

        return default;
    }

    private static float Factor(ref Rng random, double reach) => (float)Between(ref random, 1 - reach, 1 + reach);

    /// <summary>Evenly spread on a logarithmic scale, so that wide is as frequent as tall.</summary>
    private static double Proportion(ref Rng random, double longest) => Math.Exp(Between(ref random, -Math.Log(longest), Math.Log(longest)));

    private static double Between(ref Rng random, double low, double high) => low + (random.NextDouble() * (high - low));
}
