using System.Globalization;
using System.Text;

namespace Unmask.Metrics;

/// <summary>A report's single values as comma-separated lines (RFC 4180).</summary>
internal static class CsvReport
{
    public static string Write(EvaluationReport report)
    {
        var text = new StringBuilder("item,group,method,run,seed,metric,value,undefined,tie_fraction,target,probability\n");
        foreach (var value in report.Values)
        {
            text.AppendJoin(',',
                Quoted(value.Item), Quoted(value.Group), Quoted(value.Method), Number(value.Run), Number(value.Seed), Quoted(value.Metric), Number(value.Value), Quoted(value.Undefined),
                Number(value.TieFraction), Quoted(value.Target), Number(value.Probability));
            text.Append('\n');
        }

        return text.ToString();
    }

    private static string Number(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture) ?? "";

    private static string Quoted(string? text) => text is null ? ""
        : text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : text;
}
