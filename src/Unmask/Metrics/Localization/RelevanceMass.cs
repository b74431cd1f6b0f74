namespace Unmask.Metrics;

/// <summary>Relevance mass accuracy: which share of the map's positive part lies on the object.</summary>
/// <remarks>
/// <para>Formula: Σ over the object of a⁺ ÷ Σ over all pixels of a⁺.</para>
/// <para>Result: 0 to 1, higher is better; a constant map gets the object's share of the picture. Undefined when no value is positive, or when the object
/// fills everything that the model sees.</para>
/// <para>Cost: none beyond the map.</para>
/// <para>Misleads when: the map has an offset (RISE's does): then it measures the object's size above all; objects are large.</para>
/// <para>Source: Arras, Osman, Samek, «CLEVR-XAI», Information Fusion 2022. Differs from it in: nothing; also known as energy pointing game.</para>
/// </remarks>
public sealed class RelevanceMass() : ModelPixelMetric(MetricId)
{
    /// <summary>The metric's id.</summary>
    public const string MetricId = "mass";

    private protected override MetricValue Measure(float[] map, bool[] inside, int count)
    {
        double all = 0, on = 0;
        for (int i = 0; i < map.Length; i++)
        {
            double positive = Math.Max(0, map[i]);
            all += positive;
            on += inside[i] ? positive : 0;
        }

        return all > 0 ? MetricValue.Of(on / all) : MetricValue.None("the map has no positive value");
    }
}
