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
        CancellationToken cancel = default) => throw new NotSupportedException($"Signature only; the next commits fill it in ({model.Name}, {_options.Runs}).");
}
