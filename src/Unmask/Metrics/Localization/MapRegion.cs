using System.Numerics.Tensors;

namespace Unmask.Metrics;

/// <summary>Makes regions of maps, and boxes of regions.</summary>
internal static class MapRegion
{
    // A threshold that no mask reaches, or that every mask exceeds, would make two masks that hardly differ all or nothing.
    private const double Margin = 1e-6;

    /// <summary>The values as a mask's.</summary>
    public static float[] Scaled(float[] map, MapScaling scale)
    {
        if (scale == MapScaling.None)
        {
            return map;
        }

        float low = TensorPrimitives.Min<float>(map), range = TensorPrimitives.Max<float>(map) - low;
        return range > 0 ? Array.ConvertAll(map, value => (value - low) / range) : new float[map.Length];
    }

    /// <summary>Which pixels belong to the region.</summary>
    public static bool[] Of(float[] map, RegionOptions options)
    {
        float[] mask = Scaled(map, options.Scale);
        double threshold = options.Rule switch
        {
            RegionRule.Quantile => Quantile(mask),
            RegionRule.Mean => mask.Average(value => (double)value),
            _ => 0.5,
        };
        return Array.ConvertAll(mask, value => value > threshold);
    }

    /// <summary>The box that the options ask for; empty where the region is.</summary>
    public static PixelBox Box(float[] map, int height, int width, RegionOptions options)
    {
        var pieces = new ConnectedPieces(width, height, corners: false).Of(Of(map, options));
        return pieces.Count == 0 ? default
            : options.Part == RegionPart.Largest ? pieces.MaxBy(piece => piece.Size).Box
            : new(pieces.Min(piece => piece.Box.Left), pieces.Min(piece => piece.Box.Top), pieces.Max(piece => piece.Box.Right), pieces.Max(piece => piece.Box.Bottom));
    }

    /// <summary>The value above which as many pixels lie as the mask's mean says.</summary>
    private static double Quantile(float[] mask)
    {
        double mean = mask.Average(value => (double)value);
        int rank = Math.Clamp((int)Math.Floor(((mask.Length - 1) * (1 - mean)) + 0.5), 0, mask.Length - 1);
        return Math.Clamp(OrderStatistic.Of([.. mask], rank), Margin, 1 - Margin);
    }
}
