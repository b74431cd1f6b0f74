using System.Collections.Immutable;

namespace Unmask.Metrics;

/// <summary>A metric whose value is the area under a perturbation curve; the curve is kept in the value.</summary>
public abstract class CurveMetric : IMetric
{
    private protected CurveMetric(string id, Better better, PerturbationCurve curve)
    {
        Id = id;
        Better = better;
        Curve = curve;
        Options = curve.Describe();
    }

    /// <inheritdoc/>
    public string Id { get; }

    /// <inheritdoc/>
    public Better Better { get; }

    /// <inheritdoc/>
    public bool NeedsTruth => false;

    /// <inheritdoc/>
    public ImmutableSortedDictionary<string, string> Options { get; }

    /// <summary>How the curve is drawn; curves of several metrics can be drawn together (<see cref="PerturbationCurve.RunTogether"/>).</summary>
    public PerturbationCurve Curve { get; }

    /// <inheritdoc/>
    public IReadOnlyList<MetricValue> Measure(MetricSubject subject, IReadOnlyList<float[]> maps, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        Curve.Run(subject, maps, progress, cancel);
}
