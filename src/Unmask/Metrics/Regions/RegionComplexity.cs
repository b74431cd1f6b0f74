namespace Unmask.Metrics;

/// <summary>Around which pixels of a map a hull is drawn.</summary>
public enum HullPixels
{
    /// <summary>All that are not 0. A refined map that holds no pixels of its own is then never the larger one.</summary>
    Retained,

    /// <summary>The half of those that are not 0 with the largest magnitudes, of each map for itself: the refined map may then be the larger one, as it is in the paper's table.</summary>
    TopHalf,
}

/// <summary>Which of two regions is simpler.</summary>
public enum RegionOutcome
{
    /// <summary>The refined map's: RC &lt; 1.</summary>
    Smaller,

    /// <summary>The original's, or neither: RC ≥ 1.</summary>
    NotSmaller,

    /// <summary>One of the hulls has no inside: no pixel, one, or pixels on one line. Counted by itself.</summary>
    Degenerate,
}

/// <summary>
/// How much smaller the region of a refined map is than that of the original: RC = A(hull of the refined) ÷ A(hull of the original), areas in pixels inside or on the hull. It says nothing of faithfulness:
/// whatever sets pixels to 0 makes regions smaller.
/// </summary>
/// <remarks>Source: «Gradient Artificial Distancing», its relative complexity. Differs from it in: degenerate hulls are a third outcome; there they are missing from the table.</remarks>
/// <param name="Original">The original's hull.</param>
/// <param name="Refined">The refined map's hull.</param>
public sealed record RegionComplexity(ConvexHull Original, ConvexHull Refined)
{
    /// <summary>RC; <c>null</c>: the original has no pixel.</summary>
    public double? Ratio => Original.PixelCount == 0 ? null : (double)Refined.PixelCount / Original.PixelCount;

    /// <summary>Which is simpler.</summary>
    public RegionOutcome Outcome => Original.IsDegenerate || Refined.IsDegenerate ? RegionOutcome.Degenerate : Ratio < 1 ? RegionOutcome.Smaller : RegionOutcome.NotSmaller;

    /// <summary>Compares two maps.</summary>
    /// <param name="original">Numbers of pixels, row by row; 0: not kept.</param>
    /// <param name="refined">As many.</param>
    /// <param name="width">Columns.</param>
    /// <param name="pixels">Around which pixels hulls are drawn.</param>
    public static RegionComplexity Of(ReadOnlySpan<float> original, ReadOnlySpan<float> refined, int width, HullPixels pixels) => new(HullOf(original, width, pixels), HullOf(refined, width, pixels));

    /// <summary>The hull of a map.</summary>
    public static ConvexHull HullOf(ReadOnlySpan<float> map, int width, HullPixels pixels) =>
        ConvexHull.Of((pixels == HullPixels.Retained ? PixelImportance.Nonzero : PixelImportance.TopOfNonzero(0.5)).Of(map), width);
}
