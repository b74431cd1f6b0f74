namespace Unmask.Metrics;

/// <summary>A localisation metric on the pixels of the model's input: only what the model saw of the object counts.</summary>
public abstract class ModelPixelMetric : LocalizationMetric
{
    private protected ModelPixelMetric(string id)
        : base(id)
    {
    }

    private protected override MetricValue Measure(float[] map, GroundTruth truth, MetricSubject subject)
    {
        bool[] inside = truth.OnModelPixels(subject.Input);
        int count = inside.Count(pixel => pixel);
        return count == 0 ? MetricValue.None("the model sees no pixel of the object")
            : count == inside.Length ? MetricValue.None("the object fills everything that the model sees")
            : Measure(map, inside, count);
    }

    /// <summary>Measures a map against an object that has some of the pixels, but not all.</summary>
    private protected abstract MetricValue Measure(float[] map, bool[] inside, int count);
}
