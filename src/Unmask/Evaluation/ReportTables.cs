using System.Globalization;

namespace Unmask.Metrics;

/// <summary>A table of a report, before it is written in any form.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Header">The columns; the first is a name, the others are numbers.</param>
/// <param name="Rows">The cells.</param>
/// <param name="Note">What one must know to read it; empty: nothing.</param>
internal sealed record ReportTable(string Title, IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Rows, string Note = "");

/// <summary>What the Markdown and the HTML report show.</summary>
internal static class ReportTables
{
    private const string Absent = "–";

    /// <summary>The tables, in their order.</summary>
    public static IEnumerable<ReportTable> Of(EvaluationReport report)
    {
        yield return Means(report);
        if (report.Summaries.Any(summary => summary.MacroMean is not null))
        {
            yield return MacroMeans(report);
        }

        if (report.Differences.Length > 0)
        {
            yield return Differences(report);
        }

        if (report.RunDeviations.Length > 0)
        {
            yield return Runs(report);
        }

        yield return Settings(report);
        if (report.Failures.Length > 0)
        {
            yield return new("What failed", ["item", "method", "problem"], [.. report.Failures.Select(failure => new[] { failure.Item, failure.Method ?? "all", failure.Problem })]);
        }
    }

    private static ReportTable Means(EvaluationReport report) => new(
        "Means",
        ["method", .. report.Metrics.Select(metric => $"{metric.Id} {Arrow(metric)}"), "forward passes", "backward passes", "seconds"],
        [.. report.Methods.Select(method => (IReadOnlyList<string>)[
            method.Method,
            .. report.Metrics.Select(metric => Cell(SummaryOf(report, method.Method, metric.Id))),
            Passes(method.ForwardPasses),
            Passes(method.BackwardPasses),
            method.Seconds.ToString("0.00", CultureInfo.InvariantCulture)])],
        string.Create(CultureInfo.InvariantCulture,
            $"Mean [{100 * report.Level:0.##} % interval over items] (items where it is not defined, if any). ↓ lower is better, ↑ higher is better. Passes and seconds are per explanation."));

    private static ReportTable MacroMeans(EvaluationReport report) => new(
        "Means over groups",
        ["method", .. report.Metrics.Select(metric => $"{metric.Id} {Arrow(metric)}")],
        [.. report.Methods.Select(method => (IReadOnlyList<string>)[
            method.Method,
            .. report.Metrics.Select(metric => SummaryOf(report, method.Method, metric.Id)).Select(summary => summary?.MacroMean is { } mean ? $"{Number(mean)} ({summary.Groups} groups)" : Absent)])],
        "Each group (class) counts alike, however many items it has.");

    private static ReportTable Differences(EvaluationReport report) => new(
        "Differences on the same items",
        ["method", "against", "metric", "difference", "interval", "p", "items", "verdict"],
        [.. report.Differences.Select(row => (IReadOnlyList<string>)[
            row.Method,
            row.Against,
            row.Metric,
            Verdicts.Signed(row.Difference.Mean),
            $"{Verdicts.Signed(row.Difference.Low)} to {Verdicts.Signed(row.Difference.High)}",
            Verdicts.Chance(row.PValue),
            row.Difference.Count.ToString(CultureInfo.InvariantCulture),
            row.Verdict])],
        string.Create(CultureInfo.InvariantCulture,
            $"Settled: the interval leaves out 0 and the sign-flip test gives p < {1 - report.Level:0.####}. {report.Differences.Length} comparisons were made; nothing is corrected for their number."));

    private static ReportTable Runs(EvaluationReport report) => new(
        "Runs with other seeds",
        ["method", "metric", "runs", "deviation of an item", "deviation of the mean", "correlation of maps"],
        [.. report.RunDeviations.Select(row => (IReadOnlyList<string>)[
            row.Method,
            row.Metric,
            row.Runs.ToString(CultureInfo.InvariantCulture),
            row.StandardDeviation is { } item ? Number(item) : Absent,
            row.OfTheMean is { } mean ? Number(mean) : Absent,
            row.Correlation is { } correlation ? Number(correlation) : Absent])],
        "Standard deviations between runs. A difference between methods that is not larger than this is noise of the method itself.");

    private static ReportTable Settings(EvaluationReport report) => new(
        "Settings",
        ["what", "settings"],
        [
            .. report.Methods.Select(method => (IReadOnlyList<string>)[method.Method, Text(method.Options)]),
            .. report.Metrics.Select(metric => (IReadOnlyList<string>)[metric.Id, Text(metric.Options)]),
            ["intervals and tests", string.Create(CultureInfo.InvariantCulture, $"seed={report.Seed}")],
        ]);

    private static string Text(IEnumerable<KeyValuePair<string, string>> options) => string.Join(' ', options.Select(option => $"{option.Key}={option.Value}")) is { Length: > 0 } text ? text : Absent;

    private static MethodSummary? SummaryOf(EvaluationReport report, string method, string metric) =>
        report.Summaries.FirstOrDefault(summary => summary.Method == method && summary.Metric == metric);

    private static string Cell(MethodSummary? summary) => summary?.Mean is { } mean
        ? $"{Number(mean.Mean)} [{Number(mean.Low)}, {Number(mean.High)}]{(summary.Undefined > 0 ? $" ({summary.Undefined} undefined)" : "")}"
        : summary is { Undefined: > 0 } ? $"{Absent} ({summary.Undefined} undefined)" : Absent;

    private static string Number(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture).Replace('-', '\u2212');

    private static string Passes(double passes) => passes.ToString("#,0.#", CultureInfo.InvariantCulture);

    private static char Arrow(MetricDescription metric) => metric.Better == Better.Lower ? '↓' : '↑';
}
