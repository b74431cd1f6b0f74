using System.Globalization;
using System.Text;

namespace Unmask.Metrics;

/// <summary>A GAD report as Markdown: the paper's two tables with intervals, the controls, and a verdict a method.</summary>
internal static class GadMarkdown
{
    // The paper prints RS times 100.
    private const double Scale = 100;

    public static string Write(GadReport report)
    {
        var manifest = report.Manifest;
        var text = new StringBuilder($"## {report.Network}\n\n");
        text.Append($"{manifest.Classes[0].Label} and {manifest.Classes[1].Label} pushed apart, {manifest.Supports.Length} support models, {report.Items} pictures, each explained for {(manifest.Pair.Second is null ? "the first class" : "both classes")}. {report.Choices}\n\n");
        Supports(text, manifest);
        text.Append("Relative complexity: pictures on which GAD's region is smaller, not smaller, or a hull is degenerate; then medians of RC with 95 % intervals.\n\n");
        Table(text, report, ["class", "method", "variant", "smaller", "not smaller", "degenerate", "smaller, share", "RC, median", "RC, all kept", "kept pixels"], row =>
            [Number(row.Smaller), Number(row.NotSmaller), Number(row.Degenerate), Percent(row.SmallerShare), Text(row.Complexity), Text(row.RetainedComplexity), Percent(row.KeptShare)]);
        text.Append("Relative sensitivity, times 100: means with 95 % intervals.\n\n");
        Table(text, report, ["class", "method", "variant", "region", "supplementary region"], row => [Text(row.Sensitivity, Scale), Text(row.SupplementarySensitivity, Scale)]);
        text.Append("Against controls: mean differences over pictures with 95 % intervals; RC below 0 and RS (times 100) above 0 are GAD's gain.\n\n| method | control | RC | RS |\n| --- | --- | ---: | ---: |\n");
        foreach (var (verdict, difference) in report.Verdicts.SelectMany(verdict => verdict.Differences.Append(verdict.Supplementary).Select(difference => (verdict, difference))))
        {
            text.Append($"| {verdict.Method} | {difference.Control} | {Text(difference.Complexity)} | {Text(difference.Sensitivity, Scale)} |\n");
        }

        text.Append('\n');
        foreach (var verdict in report.Verdicts)
        {
            text.Append($"* {verdict.Sentence}\n");
        }

        return text.Append('\n').ToString();
    }

    private static void Supports(StringBuilder text, GadManifest manifest)
    {
        text.Append("| support model | α | RMSE before | after | |\n| --- | ---: | ---: | ---: | --- |\n");
        foreach (var support in manifest.Supports)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {support.File} | {support.Distance} | {support.RmseBefore:0.000} | {support.Rmse:0.000} | {(support.Reached switch { true => "reached", false => "not reached", null => "nothing to reach" })} |\n");
        }

        text.Append('\n');
    }

    private static void Table(StringBuilder text, GadReport report, string[] header, Func<GadRow, string[]> cells)
    {
        text.Append("| ").AppendJoin(" | ", header).Append(" |\n| ").AppendJoin(" | ", header.Select((_, column) => column < 3 ? "---" : "---:")).Append(" |\n");
        var labels = report.Manifest.Classes.Where(one => one.Index is not null).ToDictionary(one => one.Index ?? 0, one => one.Label);
        foreach (var row in report.Rows.OrderBy(row => row.Class).ThenBy(row => report.Verdicts.Select(verdict => verdict.Method).ToList().IndexOf(row.Method)))
        {
            text.Append("| ").AppendJoin(" | ", [labels.GetValueOrDefault(row.Class, $"class {row.Class}"), row.Method, row.Variant, .. cells(row)]).Append(" |\n");
        }

        text.Append('\n');
    }

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Percent(Interval? interval) => interval is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known.Mean:0 %} [{known.Low:0 %}, {known.High:0 %}]") : "undefined";

    private static string Text(Interval? interval, double scale = 1) => interval is { } known ? string.Create(CultureInfo.InvariantCulture, $"{scale * known.Mean:0.0000} [{scale * known.Low:0.0000}, {scale * known.High:0.0000}]") : "undefined";
}
