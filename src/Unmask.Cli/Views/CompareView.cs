using System.Globalization;
using Spectre.Console;
using Unmask.Cli.Comparing;
using Unmask.Metrics;

namespace Unmask.Cli.Views;

/// <summary>What is shown of a run of <c>compare</c>. Called from one thread, never while a progress bar is drawn.</summary>
internal abstract class CompareView
{
    /// <summary>All methods explained an input.</summary>
    public virtual void Compared(IReadOnlyList<IMetric> metrics, ComparedInput input)
    {
    }

    /// <summary>An input could not be read.</summary>
    public abstract void Failed(string input, string reason);

    /// <summary>All inputs were tried and the files are written.</summary>
    public abstract void End(IReadOnlyList<IMetric> metrics, IReadOnlyList<ComparedInput> inputs, IReadOnlyList<string> files);
}

/// <summary>Only the names of the files, for scripts.</summary>
internal sealed class QuietCompareView(Terminal terminal) : CompareView
{
    public override void Failed(string input, string reason) => terminal.Error.WriteLine($"unmask: {reason}");

    public override void End(IReadOnlyList<IMetric> metrics, IReadOnlyList<ComparedInput> inputs, IReadOnlyList<string> files)
    {
        foreach (string file in files)
        {
            terminal.Output.WriteLine(file);
        }
    }
}

/// <summary>One JSON document about the whole run.</summary>
internal sealed class JsonCompareView(Terminal terminal) : CompareView
{
    public override void Failed(string input, string reason) => terminal.Error.WriteLine($"unmask: {reason}");

    public override void End(IReadOnlyList<IMetric> metrics, IReadOnlyList<ComparedInput> inputs, IReadOnlyList<string> files) => terminal.Output.WriteLine(CompareJson.Write(inputs));
}

/// <summary>What people read: a table an input, the means over several, the files.</summary>
internal sealed class TextCompareView(Terminal terminal) : CompareView
{
    public override void Compared(IReadOnlyList<IMetric> metrics, ComparedInput input)
    {
        var target = input.Target!;
        string probability = target.Probability is { } share ? string.Create(CultureInfo.InvariantCulture, $" {100 * share:0.0} %") : "";
        terminal.Output.WriteLine($"{input.Input} · {target.Label}{probability}");
        terminal.Tables.Write(TableOf(metrics, input.Rows.Select(row => (
            row.Row, (IReadOnlyList<double?>)[.. row.Metrics.Select(metric => metric.Value)], (double)row.Explanation.Cost.ForwardPasses + row.Explanation.Cost.BackwardPasses, row.Explanation.Cost.Seconds))));
        foreach (string note in input.Rows.SelectMany(row => row.Explanation.Notes).Concat(input.Rows.SelectMany(row => row.Metrics.Where(metric => metric.Undefined is not null).Select(metric => $"{metric.Metric} of {row.Row} is undefined: {metric.Undefined}"))).Distinct(StringComparer.Ordinal))
        {
            terminal.Output.WriteLine($"  note: {note}");
        }
    }

    public override void Failed(string input, string reason) => terminal.Error.WriteLine($"unmask: {reason}");

    public override void End(IReadOnlyList<IMetric> metrics, IReadOnlyList<ComparedInput> inputs, IReadOnlyList<string> files)
    {
        var read = inputs.Where(input => input.Error is null).ToList();
        if (read.Count > 1)
        {
            terminal.Output.WriteLine($"Means over {read.Count} inputs{(read.Count < inputs.Count ? $"; {inputs.Count - read.Count} could not be read" : "")}");
            terminal.Tables.Write(TableOf(metrics, read[0].Rows.Select((row, index) => (
                row.Row,
                (IReadOnlyList<double?>)[.. metrics.Select((_, column) => read.Average(input => input.Rows[index].Metrics[column].Value))],
                read.Average(input => (double)input.Rows[index].Explanation.Cost.ForwardPasses + input.Rows[index].Explanation.Cost.BackwardPasses),
                read.Average(input => input.Rows[index].Explanation.Cost.Seconds)))));
        }

        foreach (string file in files)
        {
            terminal.Output.WriteLine($"  {file}");
        }
    }

    private static Table TableOf(IReadOnlyList<IMetric> metrics, IEnumerable<(string Name, IReadOnlyList<double?> Values, double Passes, double Seconds)> rows)
    {
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        table.AddColumn("method");
        foreach (var metric in metrics)
        {
            table.AddColumn(new TableColumn($"{metric.Id} {(metric.Better == Better.Lower ? '↓' : '↑')}").RightAligned());
        }

        table.AddColumn(new TableColumn("passes").RightAligned());
        table.AddColumn(new TableColumn("seconds").RightAligned());
        foreach (var (name, values, passes, seconds) in rows)
        {
            table.AddRow([
                new Text(name),
                .. values.Select(value => new Text(value is { } number ? number.ToString("0.0000", CultureInfo.InvariantCulture) : "undefined")),
                new Text(passes.ToString("N0", CultureInfo.InvariantCulture)),
                new Text(seconds.ToString("0.00", CultureInfo.InvariantCulture)),
            ]);
        }

        return table;
    }
}
