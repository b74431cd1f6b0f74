using System.Collections.Immutable;

namespace Unmask.Metrics;

/// <summary>A metric that compares a map with where the object is. It says whether people and map point at the same place, not whether the model does.</summary>
public abstract class LocalizationMetric : IMetric
{
    private protected LocalizationMetric(string id, ImmutableSortedDictionary<string, string>? options = null, Better better = Better.Higher)
    {
        Id = id;
        Better = better;
        Options = options ?? ImmutableSortedDictionary<string, string>.Empty;
    }

    /// <inheritdoc/>
    public string Id { get; }

    /// <inheritdoc/>
    public Better Better { get; }

    /// <inheritdoc/>
    public bool NeedsTruth => true;

    /// <inheritdoc/>
    public ImmutableSortedDictionary<string, string> Options { get; }

    /// <inheritdoc/>
    public IReadOnlyList<MetricValue> Measure(MetricSubject subject, IReadOnlyList<float[]> maps, IProgress<Step>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(subject);
        subject.Check(maps);
        cancel.ThrowIfCancellationRequested();
        if (!subject.Input.Layout.IsSpatial)
        {
            throw new UnmaskException($"The metric \"{Id}\" needs a picture; the model's input is {subject.Input.Layout}.");
        }

        return [.. maps.Select(map => Measure(subject, map))];
    }

    private MetricValue Measure(MetricSubject subject, float[] map) => (subject.Truth, Array.Find(map, value => !float.IsFinite(value))) switch
    {
        (null, _) => MetricValue.None("nobody said where the object is"),
        ({ Count: 0 }, _) => MetricValue.None("the object has no pixel in the picture"),
        (_, var broken) when !float.IsFinite(broken) => MetricValue.None($"the map holds {broken}"),
        ({ } truth, _) => Measure(map, truth, subject),
    };

    /// <summary>Whether values depend on the object's boxes, not only on its pixels.</summary>
    internal virtual bool UsesBoxes => false;

    /// <summary>Measures a finite map of a picture against an object that has pixels.</summary>
    private protected abstract MetricValue Measure(float[] map, GroundTruth truth, MetricSubject subject);
}
