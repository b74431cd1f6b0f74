using System.Globalization;
using Unmask.Cli.Explaining;
using Unmask.Imaging;
using Unmask.Metrics;

namespace Unmask.Cli.Comparing;

/// <summary>The pictures of one input: the photo, then a map a method.</summary>
/// <param name="Cells">The photo, then a map a method.</param>
/// <param name="Curves">A chart a method, for each metric that has curves; empty when none has.</param>
internal sealed record SheetRow(IReadOnlyList<ContactSheetCell> Cells, IReadOnlyList<ContactSheetCell> Curves)
{
    // What is drawn larger than it is shown costs memory and shows nothing.
    private const int LongestSide = 640;

    /// <summary>Draws them, so that the maps themselves need not be kept.</summary>
    public static SheetRow Of(ExplainInput input, Image picture, ComparedInput compared, IReadOnlyList<Explanation> maps) => new(
    [
        new ContactSheetCell(Small(picture), Path.GetFileName(input.Name), TextOf(compared.Target!)),
        .. maps.Select((map, row) => new ContactSheetCell(
            Small(map.ToHeatmap().Over(picture)), compared.Rows[row].Row, string.Join(" · ", compared.Rows[row].Metrics.Select(TextOf)))),
    ],
    [
        .. Enumerable.Range(0, compared.Rows[0].Metrics.Count).SelectMany(metric => compared.Rows.Select(row => (row.Row, Metric: row.Metrics[metric])))
            .Where(cell => cell.Metric.Curve is not null)
            .Select(cell => new ContactSheetCell(cell.Metric.Curve!.ToChart().Render(), $"{cell.Row} · {cell.Metric.Metric}", Path.GetFileName(input.Name))),
    ]);

    private static string TextOf(TargetFacts target) => target.Probability is { } probability
        ? string.Create(CultureInfo.InvariantCulture, $"{100 * probability:0.0} % · {target.Label}")
        : target.Label;

    private static string TextOf(ComparedMetric metric) => metric.Value is { } value
        ? string.Create(CultureInfo.InvariantCulture, $"{metric.Metric} {value:0.000}")
        : $"{metric.Metric} undefined";

    private static Image Small(Image picture)
    {
        double factor = (double)LongestSide / Math.Max(picture.Width, picture.Height);
        return factor >= 1 ? picture : picture.Resize(Math.Max(1, (int)Math.Round(picture.Width * factor)), Math.Max(1, (int)Math.Round(picture.Height * factor)));
    }
}

/// <summary>The contact sheet: one row an input, one column a method; one input with many methods fills rows of its own.</summary>
internal static class CompareSheet
{
    private const int MostColumns = 5;

    // Curves are smaller than pictures, and one below the other they compare deletion and insertion.
    private const int MostCurves = 8;

    public static ContactSheet Of(IReadOnlyList<SheetRow> rows, IReadOnlyList<IMetric> metrics, string model)
    {
        int columns = rows[0].Cells.Count;
        string directions = string.Join(", ", metrics.Select(metric => $"{metric.Id}: {(metric.Better == Better.Lower ? "lower" : "higher")} is better"));
        return new ContactSheet
        {
            Cells = [.. rows.SelectMany(row => row.Cells)],
            Columns = rows.Count > 1 || columns <= MostColumns ? columns : null,
            Title = model,
            Subtitle = directions,
        };
    }

    /// <summary>The curves; <c>null</c> when no metric has any.</summary>
    public static ContactSheet? CurvesOf(IReadOnlyList<SheetRow> rows, int methods, string model)
    {
        ContactSheetCell[] cells = [.. rows.SelectMany(row => row.Curves)];
        int? columns = methods <= MostCurves ? methods : null;
        return cells.Length == 0 ? null : new ContactSheet { Cells = cells, Columns = columns, Title = model, Subtitle = "The score while pixels are removed (deletion) or put in (insertion), in the map's order" };
    }
}
