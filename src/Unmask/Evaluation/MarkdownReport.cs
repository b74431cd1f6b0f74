using System.Text;

namespace Unmask.Metrics;

/// <summary>A report as Markdown.</summary>
internal static class MarkdownReport
{
    public static string Write(EvaluationReport report)
    {
        var text = new StringBuilder($"# Evaluation of {report.Methods.Length} methods on {report.Model}\n\n{Verdict(report)}");
        foreach (var table in ReportTables.Of(report))
        {
            text.Append($"## {table.Title}\n\n");
            Row(text, table.Header);
            Row(text, [.. table.Header.Select((_, column) => column == 0 ? "---" : "---:")]);
            foreach (var row in table.Rows)
            {
                Row(text, [.. row.Select(Escaped)]);
            }

            text.Append(table.Note.Length > 0 ? $"\n{table.Note}\n\n" : "\n");
        }

        return text.ToString();
    }

    /// <summary>How many items there were, and the verdicts against the chosen row.</summary>
    private static string Verdict(EvaluationReport report)
    {
        int failed = report.Failures.Count(failure => failure.Method is null);
        string items = $"{report.Items} items{(failed > 0 ? $", of which {failed} could not be read" : "")}.";
        var sentences = report.Differences.Where(difference => difference.Against == report.ComparedWith).Select(difference => $"* {difference.Sentence}\n");
        string notes = string.Join(' ', report.Notes);
        return $"{items}{(notes.Length > 0 ? $" {notes}" : "")}\n\n{string.Concat(sentences) switch { "" => "", var list => list + "\n" }}";
    }

    private static void Row(StringBuilder text, IReadOnlyList<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private static string Escaped(string cell) => cell.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
