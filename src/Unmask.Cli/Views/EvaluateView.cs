using System.Globalization;
using Spectre.Console;
using Unmask.Metrics;

namespace Unmask.Cli.Views;

/// <summary>What is shown of a run of <c>evaluate</c>. Called from one thread, never while a progress bar is drawn.</summary>
internal abstract class EvaluateView
{
    /// <summary>The items are chosen.</summary>
    public virtual void Begin(Model model, PhotoSet photos, PhotoItems items)
    {
    }

    /// <summary>Everything is measured and written.</summary>
    public abstract void End(EvaluationReport report, PhotoItems items, IReadOnlyList<string> files);
}

/// <summary>Only the names of the files, for scripts.</summary>
internal sealed class QuietEvaluateView(Terminal terminal) : EvaluateView
{
    public override void End(EvaluationReport report, PhotoItems items, IReadOnlyList<string> files)
    {
        foreach (var failure in report.Failures)
        {
            terminal.Error.WriteLine($"unmask: {failure.Item}: {failure.Problem}");
        }

        foreach (string file in files)
        {
            terminal.Output.WriteLine(file);
        }
    }
}

/// <summary>The report as one JSON document.</summary>
internal sealed class JsonEvaluateView(Terminal terminal) : EvaluateView
{
    public override void End(EvaluationReport report, PhotoItems items, IReadOnlyList<string> files)
    {
        foreach (var failure in report.Failures)
        {
            terminal.Error.WriteLine($"unmask: {failure.Item}: {failure.Problem}");
        }

        terminal.Output.WriteLine(System.Text.Encoding.UTF8.GetString(report.ToJson()));
    }
}

/// <summary>What people read: the table, the differences in sentences, what failed, the files.</summary>
internal sealed class TextEvaluateView(Terminal terminal) : EvaluateView
{
    private const int FailuresShown = 10;

    public override void Begin(Model model, PhotoSet photos, PhotoItems items)
    {
        terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{photos.Name} · {photos.Photos.Length:N0} photos · {items.Items.Length:N0} items · {model.Name}"));
        foreach (string note in items.Notes.Concat(model.Notes))
        {
            terminal.Output.WriteLine($"  note: {note}");
        }
    }

    public override void End(EvaluationReport report, PhotoItems items, IReadOnlyList<string> files)
    {
        terminal.Tables.Write(TableOf(report));
        terminal.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"Means over items with {100 * report.Level:0.#} % intervals; passes and seconds are those of one map. ↓ lower is better, ↑ higher is better."));
        foreach (var difference in report.Differences)
        {
            terminal.Output.WriteLine($"  {difference.Sentence}");
        }

        foreach (var deviation in report.RunDeviations)
        {
            terminal.Output.WriteLine(SentenceOf(deviation));
        }

        WriteFailures(report);
        foreach (string file in files)
        {
            terminal.Output.WriteLine($"  {file}");
        }
    }

    private static Table TableOf(EvaluationReport report)
    {
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        table.AddColumn("method");
        foreach (var metric in report.Metrics)
        {
            table.AddColumn(new TableColumn($"{metric.Id} {(metric.Better == Better.Lower ? '↓' : '↑')}").RightAligned());
        }

        table.AddColumn(new TableColumn("passes").RightAligned());
        table.AddColumn(new TableColumn("seconds").RightAligned());
        foreach (var method in report.Methods)
        {
            var cells = report.Metrics.Select(metric => CellOf(report.Summaries.First(summary => summary.Method == method.Method && summary.Metric == metric.Id)));
            string backward = method.BackwardPasses == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" + {method.BackwardPasses:N0}");
            table.AddRow([
                new Text(method.IsReference ? $"{method.Method} (reference)" : method.Method),
                .. cells.Select(cell => new Text(cell)),
                new Text(string.Create(CultureInfo.InvariantCulture, $"{method.ForwardPasses:N0}{backward}")),
                new Text(string.Create(CultureInfo.InvariantCulture, $"{method.Seconds:0.00}")),
            ]);
        }

        return table;
    }

    /// <summary>«0.412 [0.380, 0.445]», with the number of undefined values below where there are any, and the macro average of metrics about places.</summary>
    private static string CellOf(MethodSummary summary)
    {
        string mean = summary.Mean is { } interval
            ? string.Create(CultureInfo.InvariantCulture, $"{interval.Mean:0.000} [{interval.Low:0.000}, {interval.High:0.000}]")
            : "undefined";
        string macro = summary.MacroMean is { } value && summary.Groups > 1 && MetricCatalogue.Find(summary.Metric).NeedsTruth ? string.Create(CultureInfo.InvariantCulture, $"\nover {summary.Groups} classes {value:0.000}") : "";
        return mean + macro + (summary.Undefined > 0 && summary.Mean is not null ? $"\n{summary.Undefined} undefined" : "");
    }

    private static string SentenceOf(RunDeviation deviation)
    {
        static string Number(double? value) => value is { } known ? known.ToString("0.0000", CultureInfo.InvariantCulture) : "undefined";
        return $"  {deviation.Runs} runs of {deviation.Method} differ in {deviation.Metric} by {Number(deviation.StandardDeviation)} an item and {Number(deviation.OfTheMean)} in the mean (standard deviations); "
            + $"their maps correlate by {Number(deviation.Correlation)}.";
    }

    private void WriteFailures(EvaluationReport report)
    {
        if (report.Failures.IsEmpty)
        {
            return;
        }

        terminal.Output.WriteLine($"{report.Failures.Length} failed and {(report.Failures.Length == 1 ? "is" : "are")} left out:");
        foreach (var failure in report.Failures.Take(FailuresShown))
        {
            terminal.Output.WriteLine($"  {failure.Item}{(failure.Method is { } method ? $" ({method})" : "")}: {failure.Problem}");
        }

        if (report.Failures.Length > FailuresShown)
        {
            terminal.Output.WriteLine($"  … and {report.Failures.Length - FailuresShown} more");
        }
    }
}
