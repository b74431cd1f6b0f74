using System.Collections.Immutable;

namespace Unmask.Metrics;

/// <summary>
/// The one mechanism behind deletion, insertion, pixel flipping, MoRF, LeRF and their kin: parts of the input are replaced in an order, and the
/// score is read on the way. Which part goes first, what goes as one, what stands in its place, at which points, in which direction and in which
/// score space are its settings. The class is fixed on the unchanged input.
/// </summary>
/// <param name="Direction">Remove from the input, or paste into the in-fill.</param>
/// <param name="Options">Everything else.</param>
public sealed record PerturbationCurve(CurveDirection Direction, CurveOptions Options)
{
    /// <summary>Draws the curves of several maps together.</summary>
    /// <param name="subject">What was explained.</param>
    /// <param name="maps">As for <see cref="IMetric.Measure"/>.</param>
    /// <param name="progress">Receives a step a forward pass.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <returns>One a map: the area as the value, the curve with it.</returns>
    public IReadOnlyList<MetricValue> Run(MetricSubject subject, IReadOnlyList<float[]> maps, IProgress<Step>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(maps);
        return RunTogether(subject, [.. maps.Select(map => (this, map))], progress, cancel);
    }

    /// <summary>Draws several curves of one subject together: those that share an in-fill and a score share the model's batches, and the passes of equal inputs.</summary>
    /// <param name="subject">What was explained.</param>
    /// <param name="curves">Each curve with the map that orders it.</param>
    /// <param name="progress">Receives a step a forward pass.</param>
    /// <param name="cancel">Ends the work.</param>
    public static IReadOnlyList<MetricValue> RunTogether(
        MetricSubject subject, IReadOnlyList<(PerturbationCurve Curve, float[] Map)> curves, IProgress<Step>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(curves);
        subject.Check([.. curves.Select(curve => curve.Map)]);
        var values = new MetricValue[curves.Count];
        var groups = curves.Select((curve, index) => (curve.Curve, curve.Map, Index: index))
            .Where(curve => IsMeasurable(curve.Map, curve.Index, values))
            .GroupBy(curve => (Infill: KeyOf(curve.Curve.InfillFor(subject.Input)), curve.Curve.Options.Score))
            .Select(group => new CurveBatch(subject, [.. group]))
            .ToList();
        long done = 0, total = groups.Sum(group => (long)group.Passes);
        foreach (var group in groups)
        {
            group.Run(values, progress is null ? null : new Shifted(progress, done, total), cancel);
            done += group.Passes;
        }

        return values;
    }

    /// <summary>What stands where the input does not.</summary>
    internal Infill InfillFor(ModelInput input) => Options.Infill ?? (Direction == CurveDirection.Insert && input.Layout.IsSpatial ? Infill.RiseBlur : Infill.Zero);

    /// <summary>The options with everything that was left open filled in.</summary>
    internal ImmutableSortedDictionary<string, string> Describe() => CurveSettings.Table.Describe(Options)
        .SetItem("infill", Options.Infill?.Name ?? (Direction == CurveDirection.Insert ? Infill.RiseBlur.Name : Infill.Zero.Name));

    /// <summary>In-fills of one name are the same, except for given tensors, whose names are the caller's.</summary>
    private static object KeyOf(Infill infill) => infill is GivenInfill ? infill : infill.Name;

    private static bool IsMeasurable(float[] map, int index, MetricValue[] values)
    {
        float broken = Array.Find(map, value => !float.IsFinite(value));
        if (float.IsFinite(broken))
        {
            return true;
        }

        values[index] = MetricValue.None($"the map holds {broken}");
        return false;
    }

    private sealed class Shifted(IProgress<Step> progress, long done, long total) : IProgress<Step>
    {
        public void Report(Step value) => progress.Report(new(done + value.Done, total, value.What));
    }
}
