using System.Globalization;
using Unmask.Imaging;

namespace Unmask.Metrics;

/// <summary>Curves as pictures.</summary>
public static class CurveFigures
{
    private const int CellPixels = 400;

    /// <summary>A curve as a chart: the area filled, its size printed.</summary>
    /// <param name="curve">The curve.</param>
    /// <param name="axisLabel">What the axis counts.</param>
    public static CurveChart ToChart(this Curve curve, string axisLabel = "")
    {
        ArgumentNullException.ThrowIfNull(curve);
        return new CurveChart { At = curve.At, Values = curve.Scores, Label = string.Create(CultureInfo.InvariantCulture, $"AUC {curve.Area:0.000}"), AxisLabel = axisLabel };
    }

    /// <summary>The map over the picture with its deletion and insertion curves beside it, as RISE's paper shows them.</summary>
    /// <param name="explanation">The explanation.</param>
    /// <param name="deletion">What <see cref="Deletion"/> measured on its map; <c>null</c> or undefined: no chart.</param>
    /// <param name="insertion">What <see cref="Insertion"/> measured on its map; <c>null</c> or undefined: no chart.</param>
    /// <exception cref="UnmaskException">The input is not a picture.</exception>
    public static ContactSheet ToCurveFigure(this Explanation explanation, MetricValue? deletion, MetricValue? insertion)
    {
        ArgumentNullException.ThrowIfNull(explanation);
        var figure = explanation.ToFigure();
        var cells = new List<ContactSheetCell> { new(figure.Map.Over(figure.Picture, figure.Overlay), explanation.Method) };
        foreach (var (value, name, axis, better) in new[] { (deletion, "Deletion", "fraction removed", "lower is better"), (insertion, "Insertion", "fraction put in", "higher is better") })
        {
            if (value?.Curve is { } curve)
            {
                cells.Add(new((curve.ToChart(axis) with { Pixels = CellPixels }).Render(), name, better));
            }
        }

        return new ContactSheet { Cells = cells, Title = figure.Title, Subtitle = figure.Subtitle, Columns = cells.Count, CellPixels = CellPixels };
    }
}
