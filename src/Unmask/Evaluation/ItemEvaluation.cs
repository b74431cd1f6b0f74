using System.Numerics.Tensors;

namespace Unmask.Metrics;

/// <summary>Everything about one item: which values are missing, the explanations that they need, and their measurement, all maps together.</summary>
internal sealed class ItemEvaluation
{
    private readonly EvaluationItem _item;
    private readonly IReadOnlyList<EvaluationMethod> _methods;
    private readonly IReadOnlyList<IMetric> _metrics;
    private readonly EvaluationSeeds _seeds;
    private readonly MetricSubject _subject;
    private readonly EvaluationKey _key;

    public ItemEvaluation(Model model, EvaluationItem item, IReadOnlyList<EvaluationMethod> methods, IReadOnlyList<IMetric> metrics, EvaluationSeeds seeds, CancellationToken cancel)
    {
        (_item, _methods, _metrics, _seeds) = (item, methods, metrics, seeds);
        var truth = metrics.Any(metric => metric.NeedsTruth) ? item.Truth?.Invoke() : null;
        _subject = MetricSubject.Of(model, item.Input(model), item.Target, truth, cancel);
        _key = new(model, item, _subject);
    }

    /// <summary>Explains and measures what the journal does not know, and adds it.</summary>
    /// <returns>All values of the item, in the order of methods, runs and metrics.</returns>
    public IReadOnlyList<JournalEntry> Run(Journal journal, List<EvaluationFailure> failures, Action explained, CancellationToken cancel)
    {
        var made = new List<Made>();
        foreach (var method in _methods)
        {
            made.AddRange(Explain(method, journal, failures, explained, cancel));
        }

        var fresh = new List<JournalEntry>();
        fresh.AddRange(Measure(made, cancel));
        fresh.AddRange(Correlations(made));
        if (fresh.Count > 0)
        {
            journal.Append(fresh);
        }

        return [.. _methods.SelectMany(KeysOf).Select(journal.Find).OfType<JournalEntry>()];
    }

    private IEnumerable<string> KeysOf(EvaluationMethod method) =>
    [
        .. Enumerable.Range(0, _seeds.RunsOf(method)).SelectMany(run => _metrics.Select(metric => KeyOf(method, run, metric))),
        .. _seeds.RunsOf(method) > 1 ? [_key.OfCorrelation(method, _seeds.RunsOf(method), _seeds.Of(1))] : Array.Empty<string>(),
    ];

    private string KeyOf(EvaluationMethod method, int run, IMetric metric) => _key.Of(method, run, run == 0 ? null : _seeds.Of(run), metric);

    /// <summary>The explanations of the runs of which a value is missing; all runs when their correlation is.</summary>
    private List<Made> Explain(EvaluationMethod method, Journal journal, List<EvaluationFailure> failures, Action explained, CancellationToken cancel)
    {
        var made = new List<Made>();
        int runs = _seeds.RunsOf(method);
        bool all = runs > 1 && journal.Find(_key.OfCorrelation(method, runs, _seeds.Of(1))) is null;
        for (int run = 0; run < runs; run++)
        {
            int number = run;
            if (all || _metrics.Any(metric => journal.Find(KeyOf(method, number, metric)) is null))
            {
                try
                {
                    made.Add(ExplainOnce(method, run, cancel));
                }
                catch (Exception problem) when (!cancel.IsCancellationRequested && problem is not OutOfMemoryException)
                {
                    failures.Add(new(_item.Id, method.Name, problem.Message));
                }
            }

            explained();
        }

        return made;
    }

    private Made ExplainOnce(EvaluationMethod method, int run, CancellationToken cancel)
    {
        var explainer = run == 0 ? method.Explainer : method.WithSeed!(_seeds.Of(run));
        var explanation = explainer.Explain(_subject.Input, [_item.Target], null, cancel)[0];
        return new(method, run, explanation, explanation.ToMeasuredMap());
    }

    /// <summary>All metrics of all maps; curves of all metrics are drawn together, so that the model's batches are full.</summary>
    private List<JournalEntry> Measure(List<Made> made, CancellationToken cancel)
    {
        var entries = new List<JournalEntry>();
        if (made.Count == 0)
        {
            return entries;
        }

        var curves = _metrics.OfType<CurveMetric>().ToList();
        var drawn = ValuesOf(curves.Count * made.Count, () => PerturbationCurve.RunTogether(
            _subject, [.. curves.SelectMany(metric => made.Select(map => (metric.Curve, map.Map)))], null, cancel), cancel);
        for (int i = 0; i < curves.Count; i++)
        {
            entries.AddRange(made.Select((map, at) => EntryOf(map, curves[i], drawn[(i * made.Count) + at])));
        }

        foreach (var metric in _metrics.Where(metric => metric is not CurveMetric))
        {
            var values = ValuesOf(made.Count, () => metric.Measure(_subject, [.. made.Select(map => map.Map)], null, cancel), cancel);
            entries.AddRange(made.Select((map, at) => EntryOf(map, metric, values[at])));
        }

        return entries;
    }

    /// <summary>A metric that cannot be asked leaves values undefined, with its reason: the other metrics go on.</summary>
    private static IReadOnlyList<MetricValue> ValuesOf(int count, Func<IReadOnlyList<MetricValue>> measure, CancellationToken cancel)
    {
        try
        {
            return count == 0 ? [] : measure();
        }
        catch (UnmaskException problem) when (!cancel.IsCancellationRequested)
        {
            return [.. Enumerable.Repeat(MetricValue.None(problem.Message), count)];
        }
    }

    private JournalEntry EntryOf(Made made, IMetric metric, MetricValue value) => Describe(made, KeyOf(made.Method, made.Run, metric), metric.Id) with
    {
        Value = value.Value,
        Undefined = value.Undefined,
        Curve = value.Curve,
        TieFraction = value.TieFraction,
        Tally = value.Tally,
    };

    private JournalEntry Describe(Made made, string key, string metric) => new()
    {
        Key = key,
        Item = _item.Id,
        Group = _item.Group,
        Method = made.Method.Name,
        Run = made.Run,
        Metric = metric,
        Target = _subject.Target.Label,
        Probability = _subject.Target.Probability,
        Options = made.Explanation.Options,
        Seed = made.Explanation.Seed,
        ForwardPasses = made.Explanation.Cost.ForwardPasses,
        BackwardPasses = made.Explanation.Cost.BackwardPasses,
        Seconds = made.Explanation.Cost.Elapsed.TotalSeconds,
    };

    private IEnumerable<JournalEntry> Correlations(List<Made> made) => made
        .GroupBy(map => map.Method)
        .Where(runs => _seeds.RunsOf(runs.Key) > 1 && runs.Count() == _seeds.RunsOf(runs.Key))
        .Select(runs => Correlation(runs.Key, [.. runs]));

    private JournalEntry Correlation(EvaluationMethod method, List<Made> runs)
    {
        var pairs = runs.SelectMany((one, i) => runs.Skip(i + 1).Select(other => Correlation(one.Map, other.Map))).ToList();
        bool defined = pairs.TrueForAll(double.IsFinite);
        return Describe(runs[0], _key.OfCorrelation(method, runs.Count, _seeds.Of(1)), JournalEntryKinds.Correlation) with
        {
            Value = defined ? pairs.Average() : null,
            Undefined = defined ? null : "a map is constant",
        };
    }

    /// <summary>Pearson's; NaN when a map is constant.</summary>
    private static double Correlation(float[] one, float[] other)
    {
        double[] a = Array.ConvertAll(one, value => (double)value), b = Array.ConvertAll(other, value => (double)value);
        TensorPrimitives.Subtract(a, Bootstrap.Average(a), a);
        TensorPrimitives.Subtract(b, Bootstrap.Average(b), b);
        return TensorPrimitives.Dot<double>(a, b) / Math.Sqrt(TensorPrimitives.Dot<double>(a, a) * TensorPrimitives.Dot<double>(b, b));
    }

    private sealed record Made(EvaluationMethod Method, int Run, Explanation Explanation, float[] Map);
}
