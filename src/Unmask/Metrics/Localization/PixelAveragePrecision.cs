namespace Unmask.Metrics;

/// <summary>PxAP: average precision of a map as a detector of the object's pixels, over the pixels of all maps together.</summary>
/// <remarks>
/// <para>Formula: Σ over thresholds from high to low of P · (gain in recall), P precision and recall of «pixel above the threshold» over all maps; each map stretched to 0 … 1, thresholds 0.01 apart.</para>
/// <para>Result: 0 to 1 (published times 100), higher is better. A constant map gets the object's share of the picture, the object itself 1. A single map's value is that of a data set of this map. Undefined when the model sees no pixel of the object.</para>
/// <para>Cost: none beyond the map.</para>
/// <para>Misleads when: one large object outweighs many small ones: pixels are counted, not photos; maps are compared between photos by their own ranges: a map that is weak everywhere is stretched as much as a clear one.</para>
/// <para>Source: Choe et al., «Evaluating weakly supervised object localization methods right», CVPR 2020. Differs from it in: pixels that the data leaves open are not known and not ignored.</para>
/// </remarks>
/// <param name="options">Default: thresholds 0.01 apart.</param>
public sealed class PixelAveragePrecision(ThresholdOptions? options = null) : ThresholdMetric(MetricId, options ?? new())
{
    /// <summary>The metric's id.</summary>
    public const string MetricId = "pxap";

    /// <inheritdoc/>
    public override double Pool(ReadOnlySpan<double> totals, int maps)
    {
        int bins = totals.Length / 2;
        double on = 0, beside = 0, area = 0, all = 0;
        for (int bin = 0; bin < bins; bin++)
        {
            all += totals[bin];
        }

        for (int bin = bins - 1; bin >= 0; bin--)
        {
            (on, beside) = (on + totals[bin], beside + totals[bins + bin]);
            area += totals[bin] > 0 ? on / (on + beside) * totals[bin] / all : 0;
        }

        return area;
    }

    /// <summary>How many pixels of the object, then of its surroundings, lie in each step of the map's range; the last step is 1 alone.</summary>
    private protected override double[]? Tally(float[] map, GroundTruth truth, ModelInput input)
    {
        bool[] inside = truth.OnModelPixels(input);
        if (!inside.Contains(true))
        {
            return null;
        }

        float[] scaled = MapRegion.Scaled(map, MapScaling.MinMax);
        int bins = Thresholds.Count + 1;
        double[] tally = new double[2 * bins];
        for (int place = 0; place < scaled.Length; place++)
        {
            // The first threshold above a value is what it fails; a value of exactly 1 passes all.
            int bin = Math.Min((int)(scaled[place] / Thresholds.Step), Thresholds.Count);
            tally[inside[place] ? bin : bins + bin]++;
        }

        return tally;
    }
}
