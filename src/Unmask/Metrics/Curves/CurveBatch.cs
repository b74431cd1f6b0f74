using System.Collections.Immutable;
using Unmask.Probing;

namespace Unmask.Metrics;

/// <summary>Curves of one subject that share an in-fill and a score: one run of the probe engine, in which every different masked input occurs once.</summary>
internal sealed class CurveBatch
{
    private readonly MetricSubject _subject;
    private readonly PerturbationCurve _first;
    private readonly List<int[]> _orders = [];
    private readonly List<(int Order, int Threshold)> _masks = [];
    private readonly Dictionary<(int Order, int Threshold), int> _known = [];
    private readonly List<Plan> _plans = [];

    public CurveBatch(MetricSubject subject, IReadOnlyList<(PerturbationCurve Curve, float[] Map, int Index)> curves)
    {
        _subject = subject;
        _first = curves[0].Curve;
        long key = InputKey.Of(subject.Input);
        foreach (var (curve, map, index) in curves)
        {
            _plans.Add(PlanOf(curve, map, index, key));
        }
    }

    /// <summary>The number of forward passes.</summary>
    public int Passes => _masks.Count;

    /// <summary>Asks the model and writes each curve to its place.</summary>
    public void Run(MetricValue[] values, IProgress<Step>? progress, CancellationToken cancel)
    {
        var scores = new ScoreList();
        var request = new ProbeRequest(
            _subject.Input, new GivenThresholds(_masks), new PositionMap(_subject.Input.Layout, _orders), _first.InfillFor(_subject.Input), _first.Options.Score, [_subject.Target], Seed: _first.Options.Seed);
        new ProbeEngine(_subject.Model).Run(request, scores, progress, "curve points", cancel);
        foreach (var plan in _plans)
        {
            var curve = new Curve(plan.At, [.. plan.Masks.Select(mask => scores.Scores[mask])]);
            values[plan.Index] = new MetricValue
            {
                Value = curve.Area,
                Curve = curve,
                TieFraction = plan.TieFraction,
                ForwardPasses = plan.Passes,
                Notes = plan.TieFraction == 1 ? ["All values of the map equal another one: chance, not the map, ordered them."] : [],
            };
        }
    }

    private Plan PlanOf(PerturbationCurve curve, float[] map, int index, long key)
    {
        var options = curve.Options;
        int[]? partOf = options.Granularity.PartsOf(_subject.Input, map.Length);
        var order = MapOrder.Of(partOf is null ? map : MapOrder.PartMeans(map, partOf), options.Order, options.Ties, Rng.At(options.Seed, key));
        int parts = order.Positions.Length, before = _masks.Count;
        var counts = options.Schedule.CountsFor(parts);
        int number = Register(curve.Direction, order.Positions, partOf);
        int[] masks = [.. counts.Select(count => MaskOf(number, parts, curve.Direction == CurveDirection.Delete ? count : parts - count))];
        return new(index, masks, AxisOf(options.Axis, counts, order.Positions, partOf), order.TieFraction, _masks.Count - before);
    }

    /// <summary>The order's number. An inserted part is kept from its turn on, a deleted one until its turn: the same masks over reversed positions.</summary>
    private int Register(CurveDirection direction, int[] positions, int[]? partOf)
    {
        int last = positions.Length - 1;
        int[] ofParts = direction == CurveDirection.Delete ? positions : [.. positions.Select(position => last - position)];
        _orders.Add(partOf is null ? ofParts : [.. partOf.Select(part => ofParts[part])]);
        return _orders.Count - 1;
    }

    private int MaskOf(int order, int parts, int threshold)
    {
        // Whole and empty inputs are the same under any order.
        var mask = threshold <= 0 ? (0, 0) : threshold >= parts ? (0, int.MaxValue) : (order, threshold);
        if (!_known.TryGetValue(mask, out int number))
        {
            _known.Add(mask, number = _masks.Count);
            _masks.Add(mask);
        }

        return number;
    }

    private static ImmutableArray<double> AxisOf(CurveAxis axis, ImmutableArray<int> counts, int[] positions, int[]? partOf)
    {
        if (axis == CurveAxis.Steps)
        {
            return [.. counts.Select((_, step) => (double)step / (counts.Length - 1))];
        }

        int[] sizes = new int[positions.Length];
        int elements = partOf?.Length ?? positions.Length;
        for (int i = 0; i < elements; i++)
        {
            sizes[positions[partOf?[i] ?? i]]++;
        }

        long[] through = new long[positions.Length + 1];
        for (int i = 0; i < sizes.Length; i++)
        {
            through[i + 1] = through[i] + sizes[i];
        }

        return [.. counts.Select(count => (double)through[count] / elements)];
    }

    private sealed record Plan(int Index, int[] Masks, ImmutableArray<double> At, double TieFraction, int Passes);
}
