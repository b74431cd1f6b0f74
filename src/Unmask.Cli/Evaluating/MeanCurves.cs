using Unmask.Imaging;
using Unmask.Metrics;

namespace Unmask.Cli.Evaluating;

/// <summary>The mean curves of every method as charts: one row a metric, one column a method.</summary>
internal static class MeanCurves
{
    /// <summary>The sheet; <c>null</c> when no metric has curves.</summary>
    public static ContactSheet? Of(EvaluationReport report)
    {
        ContactSheetCell[] cells = [.. report.Metrics.SelectMany(metric => report.Summaries.Where(summary => summary.Metric == metric.Id && summary.MeanCurve is not null)).Select(CellOf)];
        return cells.Length == 0 ? null : new ContactSheet
        {
            Cells = cells,
            Columns = cells.GroupBy(cell => cell.Detail).Max(row => row.Count()),
            Title = report.Model,
            Subtitle = $"Mean curves over {report.Items} items",
        };
    }

    private static ContactSheetCell CellOf(MethodSummary summary) => new(summary.MeanCurve!.ToChart().Render(), summary.Method, summary.Metric);
}
