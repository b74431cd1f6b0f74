using System.Globalization;
using Spectre.Console;
using Unmask.Cli.Explaining;

namespace Unmask.Cli.Views;

/// <summary>What people read: the top predictions, then for each target its files, cost and remarks.</summary>
internal sealed class TextExplainView(Terminal terminal) : ExplainView
{
    private const int MostItemsShown = 20;

    public override void Explained(ExplainInput input, IReadOnlyList<IReadOnlyList<PredictedClass>> predictions, IReadOnlyList<ExplainedTarget> results)
    {
        terminal.Output.WriteLine(predictions.Count == 1 ? input.Name : $"{input.Name} ({predictions.Count} items)");
        if (predictions is [var only])
        {
            PredictionTable.Write(terminal.Tables, only);
        }
        else
        {
            WriteItems(predictions);
        }

        foreach (var result in results)
        {
            Write(result);
        }

        terminal.Output.WriteLine();
    }

    public override void Failed(ExplainInput input, string reason) => terminal.Error.WriteLine($"unmask: {reason}");

    public override void End(int inputs, int failed)
    {
        if (inputs > 1)
        {
            terminal.Output.WriteLine(failed == 0 ? $"{inputs} inputs explained." : $"{inputs - failed} of {inputs} inputs explained; {failed} failed.");
        }
    }

    private void WriteItems(IReadOnlyList<IReadOnlyList<PredictedClass>> predictions)
    {
        foreach (var (item, top) in predictions.Index().Take(MostItemsShown))
        {
            terminal.Output.WriteLine($"  item {item}: {string.Join(", ", top.Select(Short))}");
        }

        if (predictions.Count > MostItemsShown)
        {
            terminal.Output.WriteLine($"  … and {predictions.Count - MostItemsShown} more");
        }
    }

    private static string Short(PredictedClass predicted) => predicted.Probability is { } probability
        ? string.Create(CultureInfo.InvariantCulture, $"{predicted.Label} {100 * probability:0.0} %")
        : string.Create(CultureInfo.InvariantCulture, $"{predicted.Label} {predicted.Score:0.000}");

    private void Write(ExplainedTarget result)
    {
        var document = result.Document;
        string target = document.Target is { } one ? $" · {one.Label}" : "";
        terminal.Output.WriteLine($"{document.Method}{target} · {document.Score} · {CostOf(document.Cost)}");
        foreach (string file in result.Files)
        {
            terminal.Output.WriteLine($"  {file}");
        }

        if (document.Layer is { } layer)
        {
            terminal.Output.WriteLine($"  layer {layer.Name} [{string.Join(", ", layer.Shape)}]");
        }

        WriteResidual(document);
        if (document.Rules is { } rules)
        {
            terminal.Output.WriteLine($"  rules: {string.Join("; ", rules)}");
        }

        if (document.Uncertainty is { } uncertainty)
        {
            terminal.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  expected correlation with the map of unlimited masks {uncertainty.ExpectedCorrelation:0.00}, error {uncertainty.Error:G2} (95 %: below {uncertainty.ErrorBound:G2})"));
        }

        foreach (string note in document.Notes)
        {
            terminal.Output.WriteLine($"  note: {note}");
        }
    }

    private void WriteResidual(ExplanationDocument document)
    {
        if (document is { CompletenessGap: { } gap, ExplainedDifference: { } difference })
        {
            // What hides or replaces nothing has no baseline: its terms make up the score itself, or the part of it that the method is about.
            string whole = document.Infill is null ? "they are to make up" : "the score differs from the baseline's by";
            string what = document.Rules is null ? "the attributions add" : "the relevance adds";
            terminal.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {what} up to {difference + gap:0.####}; {(document.Rules is null ? whole : "the score is")} {difference:0.####} (residual {gap:g2}, {Math.Abs(gap / difference):0.0 %})"));
        }
        else if (document.Items is { } items && items.Any(item => item is { CompletenessGap: not null, ExplainedDifference: not null }))
        {
            var worst = items.Where(item => item is { CompletenessGap: not null, ExplainedDifference: not null }).MaxBy(item => Math.Abs(item.CompletenessGap.GetValueOrDefault()))!;
            terminal.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  largest residual: {worst.CompletenessGap:g2} of a difference of {worst.ExplainedDifference:0.####} (item {worst.Item})"));
        }
    }

    private static string CostOf(CostFacts cost)
    {
        long passes = cost.ForwardPasses + cost.BackwardPasses;
        string backward = cost.BackwardPasses == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" + {cost.BackwardPasses:N0} backward");
        return string.Create(CultureInfo.InvariantCulture,
            $"{cost.ForwardPasses:N0}{backward} passes in {cost.Seconds:0.0} s ({passes / Math.Max(cost.Seconds, 1e-9):N0} a second)");
    }
}

/// <summary>The top classes with their probabilities as bars.</summary>
internal static class PredictionTable
{
    private const int BarWidth = 24;

    public static void Write(IAnsiConsole console, IReadOnlyList<PredictedClass> classes)
    {
        if (classes.Count == 0)
        {
            return;
        }

        bool probabilities = classes.All(each => each.Probability is not null);
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        table.AddColumn(new TableColumn("class").RightAligned());
        table.AddColumn("label");
        table.AddColumn(new TableColumn(probabilities ? "probability" : "score").RightAligned());
        if (probabilities)
        {
            table.AddColumn("");
        }

        foreach (var each in classes)
        {
            Text[] cells = [new(each.Index.ToString(CultureInfo.InvariantCulture)), new(each.Label), new(NumberOf(each))];
            table.AddRow(probabilities ? [.. cells, BarOf(each.Probability.GetValueOrDefault())] : cells);
        }

        console.Write(table);
    }

    private static string NumberOf(PredictedClass predicted) => predicted.Probability is { } probability
        ? string.Create(CultureInfo.InvariantCulture, $"{100 * probability:0.00} %")
        : string.Create(CultureInfo.InvariantCulture, $"{predicted.Score:0.0000}");

    /// <summary>Eighths of a cell, so that small differences show.</summary>
    private static Text BarOf(float probability)
    {
        int eighths = (int)Math.Round(Math.Clamp(probability, 0, 1) * BarWidth * 8);
        string bar = new string('█', eighths / 8) + (eighths % 8 == 0 ? "" : "▏▎▍▌▋▊▉"[(eighths % 8) - 1].ToString());
        return new Text(bar.PadRight(BarWidth), new Style(Color.Orange1));
    }
}
