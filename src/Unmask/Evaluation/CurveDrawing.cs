using System.Globalization;
using System.Text;

namespace Unmask.Metrics;

/// <summary>The mean curves of all methods under one metric, as a drawing within a page (SVG).</summary>
internal static class CurveDrawing
{
    private const int Width = 480, Height = 320, Left = 46, Right = 24, Top = 12, Bottom = 34, LegendLine = 18;

    // Okabe and Ito's colours, which most colour-blind people can tell apart, without yellow and black.
    private static readonly string[] Colors = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00"];

    private static readonly string[] Dashes = ["", "6 3", "2 3", "9 3 2 3"];

    /// <summary>The drawing; empty for a metric without curves.</summary>
    public static string Of(EvaluationReport report, MetricDescription metric)
    {
        var curves = report.Summaries.Where(summary => summary.Metric == metric.Id && summary.MeanCurve is not null).ToList();
        if (curves.Count == 0)
        {
            return "";
        }

        double low = Math.Min(0, curves.Min(summary => summary.MeanCurve!.Scores.Min())), high = Math.Max(low + 1e-9, curves.Max(summary => summary.MeanCurve!.Scores.Max()));
        high = low == 0 && high <= 1 ? 1 : high;
        int tall = Height + (curves.Count * LegendLine);
        var drawing = new StringBuilder($"<figure>\n<figcaption>{HtmlReport.Text(metric.Id)}</figcaption>\n<svg viewBox=\"0 0 {Width} {tall}\" role=\"img\" aria-label=\"{HtmlReport.Text($"mean curves of {metric.Id}")}\">\n");
        Axes(drawing, low, high);
        for (int i = 0; i < curves.Count; i++)
        {
            Draw(drawing, curves[i], i, low, high);
        }

        return drawing.Append("</svg>\n</figure>\n").ToString();
    }

    private static void Axes(StringBuilder drawing, double low, double high)
    {
        for (int i = 0; i <= 4; i++)
        {
            double across = X(i / 4.0), up = Y(low + (i * (high - low) / 4), low, high);
            drawing.Append(CultureInfo.InvariantCulture,
                $"<path d=\"M{Left} {up:0.#}H{Width - Right}\" stroke=\"currentColor\" opacity=\".15\"/><text x=\"{Left - 6}\" y=\"{up + 4:0.#}\" text-anchor=\"end\">{low + (i * (high - low) / 4):0.##}</text>");
            drawing.Append(CultureInfo.InvariantCulture, $"<text x=\"{across:0.#}\" y=\"{Height - Bottom + 16}\" text-anchor=\"middle\">{i * 25} %</text>\n");
        }
    }

    private static void Draw(StringBuilder drawing, MethodSummary summary, int index, double low, double high)
    {
        var curve = summary.MeanCurve!;
        string points = string.Join(' ', curve.At.Select((at, i) => string.Create(CultureInfo.InvariantCulture, $"{X(at):0.##},{Y(curve.Scores[i], low, high):0.##}")));
        string look = $"stroke=\"{Colors[index % Colors.Length]}\" stroke-width=\"2\" stroke-dasharray=\"{Dashes[index / Colors.Length % Dashes.Length]}\" fill=\"none\"";
        int line = Height + (index * LegendLine);
        drawing.Append(CultureInfo.InvariantCulture,
            $"<polyline points=\"{points}\" {look}/><path d=\"M{Left} {line - 4}h24\" {look}/><text x=\"{Left + 32}\" y=\"{line}\">{HtmlReport.Text(summary.Method)} · {curve.Area:0.0000}</text>\n");
    }

    private static double X(double at) => Left + (at * (Width - Left - Right));

    private static double Y(double value, double low, double high) => Height - Bottom - ((value - low) / (high - low) * (Height - Top - Bottom));
}
