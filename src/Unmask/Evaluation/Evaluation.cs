namespace Unmask.Metrics;

/// <summary>Measures methods against each other on the same items: every method explains every item, every metric measures every map.</summary>
/// <param name="model">The model; every method explains it.</param>
/// <param name="options">Default: one run, no journal.</param>
public sealed class Evaluation(Model model, EvaluationOptions? options = null)
{
    private readonly EvaluationOptions _options = options ?? new();

    /// <summary>Runs it. An item that cannot be read, or a method that fails on it, is listed in the report, and the rest goes on.</summary>
    /// <param name="items">At least one; their ids differ.</param>
    /// <param name="methods">At least one; their names differ.</param>
    /// <param name="metrics">At least one; their ids differ.</param>
    /// <param name="progress">Receives a step an explanation.</param>
    /// <param name="cancel">Ends the work; what is in the journal stays.</param>
    /// <exception cref="ArgumentException">A list is empty, or names are given twice.</exception>
    /// <exception cref="UnmaskException">The journal cannot be read or written, or <see cref="EvaluationOptions.CompareWith"/> is no row.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public EvaluationReport Run(
        IReadOnlyList<EvaluationItem> items,
        IReadOnlyList<EvaluationMethod> methods,
        IReadOnlyList<IMetric> metrics,
        IProgress<Step>? progress = null,
        CancellationToken cancel = default)
    {
        Check(items, item => item.Id, "items");
        Check(methods, method => method.Name, "methods");
        Check(metrics, metric => metric.Id, "metrics");
        var report = new ReportBuilder(model.Name, _options, items, methods, metrics);
        var seeds = new EvaluationSeeds(_options.Seed, _options.Runs);
        var counter = new Counter(progress, items.Count, methods.Sum(seeds.RunsOf));
        using var journal = new Journal(_options.JournalFile, _options.KeepJournal);
        for (int i = 0; i < items.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            counter.Begin(i);
            var failures = new List<EvaluationFailure>();
            try
            {
                var item = new ItemEvaluation(model, items[i], methods, metrics, seeds, cancel);
                report.Add(item.Run(journal, failures, counter.Next, cancel));
            }
            catch (Exception problem) when (!cancel.IsCancellationRequested && problem is not (OutOfMemoryException or JournalException))
            {
                failures.Add(new(items[i].Id, null, problem.Message));
            }

            report.Add(failures);
        }

        cancel.ThrowIfCancellationRequested();
        counter.Begin(items.Count);
        return report.Build();
    }

    private static void Check<T>(IReadOnlyList<T> list, Func<T, string> nameOf, string what)
    {
        ArgumentNullException.ThrowIfNull(list);
        if (list.Count == 0)
        {
            throw new ArgumentException($"An evaluation needs {what}: none were given.", nameof(list));
        }

        if (list.GroupBy(nameOf, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"Two of the {what} are called \"{twice.Key}\": give each a name of its own.", nameof(list));
        }
    }

    /// <summary>Counts explanations; an item that failed counts as a whole.</summary>
    private sealed class Counter(IProgress<Step>? progress, int items, int perItem)
    {
        private long _done;

        public void Begin(int item) => Report((long)item * perItem);

        public void Next() => Report(_done + 1);

        private void Report(long done)
        {
            if (done > _done || done == 0)
            {
                progress?.Report(new Step(done, (long)items * perItem, "explanations"));
            }

            _done = done;
        }
    }
}
