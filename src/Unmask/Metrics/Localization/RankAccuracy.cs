namespace Unmask.Metrics;

/// <summary>Relevance rank accuracy: how many of the K highest pixels lie on the object, where the object has K pixels.</summary>
/// <remarks>
/// <para>Formula: |top-K ∩ object| ÷ K, K = |object|. Pixels that tie for the last places count in shares: the expected value over all orders of them.</para>
/// <para>Result: 0 to 1, higher is better; chance level is the object's share of the picture. Undefined when the object fills everything that the model sees.</para>
/// <para>Cost: none beyond the map.</para>
/// <para>Misleads when: the model looks at a part of the object only, and the map truthfully says so: the rest of the K places is filled by chance.</para>
/// <para>Source: Arras, Osman, Samek, «CLEVR-XAI», Information Fusion 2022. Differs from it in: the treatment of ties, which it leaves open.</para>
/// </remarks>
public sealed class RankAccuracy() : ModelPixelMetric(MetricId)
{
    /// <summary>The metric's id.</summary>
    public const string MetricId = "rank-accuracy";

    private protected override MetricValue Measure(float[] map, bool[] inside, int count)
    {
        float[] sorted = [.. map];
        Array.Sort(sorted);
        float last = sorted[^count];
        int above = 0, aboveOn = 0, tied = 0, tiedOn = 0;
        for (int i = 0; i < map.Length; i++)
        {
            int on = inside[i] ? 1 : 0;
            (above, aboveOn) = map[i] > last ? (above + 1, aboveOn + on) : (above, aboveOn);
            (tied, tiedOn) = map[i] == last ? (tied + 1, tiedOn + on) : (tied, tiedOn);
        }

        double expected = aboveOn + ((double)(count - above) * tiedOn / tied);
        return MetricValue.Of(expected / count) with { TieFraction = MapOrder.TiedShare(map) };
    }
}
