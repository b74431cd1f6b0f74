using System.Collections.Immutable;

namespace Unmask.Metrics;

/// <summary>Collects the values of items and sums them up.</summary>
internal sealed class ReportBuilder
{
    private readonly string _model;
    private readonly EvaluationOptions _options;
    private readonly int _items;
    private readonly IReadOnlyList<EvaluationMethod> _methods;
    private readonly IReadOnlyList<IMetric> _metrics;
    private readonly EvaluationMethod _against;
    private readonly List<JournalEntry> _entries = [];
    private readonly List<EvaluationFailure> _failures = [];

    public ReportBuilder(
        string model, EvaluationOptions options, IReadOnlyList<EvaluationItem> items, IReadOnlyList<EvaluationMethod> methods, IReadOnlyList<IMetric> metrics)
    {
        (_model, _options, _items, _methods, _metrics) = (model, options, items.Count, methods, metrics);
        _against = options.CompareWith is null ? methods[0] : methods.FirstOrDefault(method => method.Name == options.CompareWith)
            ?? throw new UnmaskException($"There is no row \"{options.CompareWith}\" to compare with. There are: {string.Join(", ", methods.Select(method => method.Name))}.");
    }

    public void Add(IEnumerable<JournalEntry> entries) => _entries.AddRange(entries);

    public void Add(IEnumerable<EvaluationFailure> failures) => _failures.AddRange(failures);

    public EvaluationReport Build()
    {
        var values = _entries.Where(entry => entry.Metric != JournalEntryKinds.Correlation).ToList();
        var first = values.Where(entry => entry.Run == 0).ToLookup(entry => (entry.Method, entry.Metric));
        return new EvaluationReport
        {
            Model = _model,
            Items = _items,
            Level = _options.Level,
            Seed = _options.Seed,
            ComparedWith = _against.Name,
            Metrics = [.. _metrics.Select(metric => new MetricDescription(metric.Id, metric.Better, metric.Options))],
            Methods = [.. _methods.Select(method => CostOf(method, values))],
            Summaries = [.. _methods.SelectMany(method => _metrics.Select(metric => Summarize(method.Name, metric, [.. first[(method.Name, metric.Id)]])))],
            Differences = [.. Pairs().SelectMany(pair => _metrics.Select(metric => Compare(pair.Method, pair.Against, metric, first))).OfType<PairedDifference>()],
            RunDeviations = [.. RunDeviation().OfType<RunDeviation>()],
            Failures = [.. _failures],
            Values = [.. values.Select(entry => entry.ToValue())],
        };
    }

    private static MethodCost CostOf(EvaluationMethod method, List<JournalEntry> values)
    {
        var entries = values.Where(entry => entry.Method == method.Name && entry.Run == 0).DistinctBy(entry => entry.Item).ToList();
        return entries.Count == 0
            ? new(method.Name, method.IsReference, ImmutableSortedDictionary<string, string>.Empty, null, 0, 0, 0)
            : new(
                method.Name,
                method.IsReference,
                entries[0].Options,
                entries[0].Seed,
                entries.Average(entry => entry.ForwardPasses),
                entries.Average(entry => entry.BackwardPasses),
                entries.Average(entry => entry.Seconds));
    }

    private MethodSummary Summarize(string method, IMetric metric, List<JournalEntry> entries)
    {
        var defined = entries.Where(entry => entry.Value is not null).ToList();
        var groups = defined.Where(entry => entry.Group is not null).GroupBy(entry => entry.Group, StringComparer.Ordinal).ToList();
        var statistic = new ItemStatistic(metric, _options);
        return new(
            method,
            metric.Id,
            defined.Count == 0 ? null : statistic.Mean(defined),
            groups.Count == 0 ? null : groups.Average(group => statistic.Of([.. group])),
            groups.Count,
            entries.Count - defined.Count,
            MeanCurve([.. entries.Select(entry => entry.Curve).OfType<Curve>()]));
    }

    private static Curve? MeanCurve(List<Curve> curves) =>
        curves.Count > 0 && curves.TrueForAll(curve => curve.At.AsSpan().SequenceEqual(curves[0].At.AsSpan()))
            ? new(curves[0].At, [.. Enumerable.Range(0, curves[0].At.Length).Select(point => curves.Average(curve => curve.Scores[point]))])
            : null;

    /// <summary>All rows against the chosen one, then all real methods against the reference rows; no pair twice.</summary>
    private IEnumerable<(string Method, string Against)> Pairs()
    {
        foreach (var method in _methods.Where(method => method != _against && !(method.IsReference && !_against.IsReference)))
        {
            yield return (method.Name, _against.Name);
        }

        foreach (var method in _methods.Where(method => !method.IsReference))
        {
            foreach (var reference in _methods.Where(row => row.IsReference && row != _against))
            {
                yield return (method.Name, reference.Name);
            }
        }
    }

    private PairedDifference? Compare(string method, string against, IMetric metric, ILookup<(string, string), JournalEntry> first)
    {
        var others = first[(against, metric.Id)].Where(entry => entry.Value is not null).ToDictionary(entry => entry.Item, StringComparer.Ordinal);
        var pairs = first[(method, metric.Id)].Where(entry => entry.Value is not null && others.ContainsKey(entry.Item)).Select(entry => (One: entry, Other: others[entry.Item])).ToList();
        if (pairs.Count == 0)
        {
            return null;
        }

        var (difference, chance) = new ItemStatistic(metric, _options).Compare([.. pairs.Select(pair => pair.One)], [.. pairs.Select(pair => pair.Other)]);
        return Verdicts.Of(method, against, metric, difference, chance);
    }

    private IEnumerable<RunDeviation?> RunDeviation()
    {
        var seeds = new EvaluationSeeds(_options.Seed, _options.Runs);
        foreach (var method in _methods.Where(method => seeds.RunsOf(method) > 1))
        {
            var entries = _entries.Where(entry => entry.Method == method.Name).ToList();
            double[] correlations = [.. entries.Where(entry => entry.Metric == JournalEntryKinds.Correlation).Select(entry => entry.Value).OfType<double>()];
            foreach (var metric in _metrics)
            {
                var values = entries.Where(entry => entry.Metric == metric.Id).ToList();
                yield return RunSpread.Of(method.Name, metric, _options, seeds.RunsOf(method), values, correlations.Length == 0 ? null : correlations.Average());
            }
        }
    }
}
