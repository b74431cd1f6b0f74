using System.Collections.Immutable;

namespace Unmask.Metrics;

/// <summary>Which values of a metric are the good ones.</summary>
public enum Better
{
    /// <summary>Lower is better.</summary>
    Lower,

    /// <summary>Higher is better.</summary>
    Higher,
}

/// <summary>A question about a map that has a number for an answer. It holds no model and no state: one object serves any number of subjects and threads.</summary>
public interface IMetric
{
    /// <summary>The metric's id, for instance <c>deletion</c>: the command line's <c>--metrics</c>.</summary>
    string Id { get; }

    /// <summary>Which values are the good ones.</summary>
    Better Better { get; }

    /// <summary>Whether the subject must say where the object is (<see cref="MetricSubject.Truth"/>).</summary>
    bool NeedsTruth { get; }

    /// <summary>Everything that a value depends on beside subject and map, by the names of the command line.</summary>
    ImmutableSortedDictionary<string, string> Options { get; }

    /// <summary>Measures several maps of one subject; metrics that run the model fill its batches with all of them.</summary>
    /// <param name="subject">What was explained.</param>
    /// <param name="maps">
    /// At least one: for pictures [height · width] of the model's input, row by row; otherwise one number an element of the input. Larger = matters more.
    /// </param>
    /// <param name="progress">Receives steps; nothing is reported after the method returns.</param>
    /// <param name="cancel">Ends the work between and inside runs.</param>
    /// <returns>One value a map, in their order. What has no value says why: it is never a number that stands for something else.</returns>
    /// <exception cref="UnmaskException">The metric cannot be asked of this model or input at all; the message says why.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    IReadOnlyList<MetricValue> Measure(MetricSubject subject, IReadOnlyList<float[]> maps, IProgress<Step>? progress = null, CancellationToken cancel = default);
}

/// <summary>The short way to ask.</summary>
public static class MetricExtensions
{
    /// <summary>Measures one explanation.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="model">The explained model.</param>
    /// <param name="explanation">Its map is reduced to one number a pixel as <see cref="Explanation.ToMap"/> does.</param>
    /// <param name="truth">Where the object is; only for metrics that need it.</param>
    /// <param name="cancel">Ends the work.</param>
    public static MetricValue Measure(this IMetric metric, Model model, Explanation explanation, GroundTruth? truth = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(explanation);
        MetricSubject.ThrowUnlessClass(explanation.Target);
        return metric.Measure(new MetricSubject(model, explanation.Input, explanation.Target, truth), [explanation.ToMeasuredMap()], null, cancel)[0];
    }

    /// <summary>The map as metrics take it: one number a pixel, row by row; for inputs that are no pictures, one number an element.</summary>
    public static float[] ToMeasuredMap(this Explanation explanation)
    {
        ArgumentNullException.ThrowIfNull(explanation);
        return explanation.Input.Layout.IsSpatial ? [.. explanation.ToMap().Cast<float>()] : explanation.ToArray();
    }
}
