using System.Net;
using System.Text;

namespace Unmask.Metrics;

/// <summary>A report as one page without outside resources.</summary>
internal static class HtmlReport
{
    private const string Style = """
        :root { color-scheme: light dark; --ink: #16181d; --pale: #5b626d; --line: #d9dde3; --page: #fff; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --pale: #9aa1ab; --line: #3a3f47; --page: #16181d; } }
        body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
        .table { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th, td { padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; } th { font-weight: 600; }
        .note { color: var(--pale); font-size: .9rem; } svg { width: 30rem; max-width: 100%; height: auto; } svg text { font-size: 12px; fill: var(--ink); }
        figure { display: inline-block; margin: 0 1.5rem 1rem 0; } figcaption { font-weight: 600; }
        """;

    public static string Write(EvaluationReport report)
    {
        string title = Text($"Evaluation of {report.Methods.Length} methods on {report.Model}");
        var page = new StringBuilder($"<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<style>\n{Style}\n</style>\n</head>\n<body>\n<h1>{title}</h1>\n");
        page.Append($"<p>{report.Items} items, {report.Failures.Count(failure => failure.Method is null)} of them could not be read.</p>\n{string.Concat(report.Notes.Select(note => $"<p class=\"note\">{Text(note)}</p>\n"))}<ul>\n");
        foreach (var difference in report.Differences.Where(difference => difference.Against == report.ComparedWith))
        {
            page.Append($"<li>{Text(difference.Sentence)}</li>\n");
        }

        page.Append("</ul>\n");
        foreach (var metric in report.Metrics)
        {
            page.Append(CurveDrawing.Of(report, metric));
        }

        foreach (var table in ReportTables.Of(report))
        {
            Append(page, table);
        }

        return page.Append("</body>\n</html>\n").ToString();
    }

    /// <summary>Text as it must stand in a page.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(text);

    private static void Append(StringBuilder page, ReportTable table)
    {
        page.Append($"<h2>{Text(table.Title)}</h2>\n<div class=\"table\"><table>\n<tr>{Cells("th", table.Header)}</tr>\n");
        foreach (var row in table.Rows)
        {
            page.Append($"<tr>{Cells("td", row)}</tr>\n");
        }

        page.Append($"</table></div>\n{(table.Note.Length > 0 ? $"<p class=\"note\">{Text(table.Note)}</p>\n" : "")}");
    }

    private static string Cells(string tag, IEnumerable<string> cells) => string.Concat(cells.Select(cell => $"<{tag}>{Text(cell)}</{tag}>"));
}
