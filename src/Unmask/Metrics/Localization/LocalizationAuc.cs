namespace Unmask.Metrics;

/// <summary>Localisation AUC: how likely a pixel of the object has a higher value than a pixel beside it.</summary>
/// <remarks>
/// <para>Formula: area under the ROC curve of the map as a detector of the object's pixels, (R − n(n + 1) ÷ 2) ÷ (n·m), R = sum of the ranks of the object's n
/// pixels among all n + m, equal values with the mean of their ranks.</para>
/// <para>Result: 0 to 1, higher is better, 0.5 is chance. Undefined when the object fills everything that the model sees.</para>
/// <para>Cost: none beyond the map.</para>
/// <para>Misleads when: the object is small: then nearly the whole curve is about the background.</para>
/// <para>Source: the standard ROC statistic (Mann, Whitney 1947), used for maps by many. Differs from it in: nothing.</para>
/// </remarks>
public sealed class LocalizationAuc() : ModelPixelMetric(MetricId)
{
    /// <summary>The metric's id.</summary>
    public const string MetricId = "localization-auc";

    private protected override MetricValue Measure(float[] map, bool[] inside, int count)
    {
        float[] sorted = [.. map];
        bool[] on = [.. inside];
        Array.Sort(sorted, on);
        double ranks = 0;
        for (int first = 0; first < sorted.Length;)
        {
            int end = first, ofObject = 0;
            while (end < sorted.Length && sorted[end] == sorted[first])
            {
                ofObject += on[end++] ? 1 : 0;
            }

            // Ranks first + 1 … end: all tied values get their mean.
            ranks += ofObject * ((double)first + 1 + end) / 2;
            first = end;
        }

        double others = map.Length - count;
        return MetricValue.Of((ranks - (count * (count + 1.0) / 2)) / (count * others)) with { TieFraction = MapOrder.TiedShare(map) };
    }
}
