using System.Globalization;
using Unmask.Metrics;

namespace Unmask.Cli.Views;

/// <summary>What is shown of GAD's measurements.</summary>
internal abstract class GadReportView(Terminal terminal)
{
    /// <summary>Where it is written.</summary>
    protected Terminal Terminal => terminal;

    /// <summary>A picture cannot be read.</summary>
    public void LeftOut(string reason) => terminal.Error.WriteLine($"unmask: left out: {reason}");

    /// <summary>All is written.</summary>
    public abstract void End(IReadOnlyList<GadReport> reports, IReadOnlyList<string> files);
}

/// <summary>Only the names of the files, for scripts.</summary>
internal sealed class QuietGadReportView(Terminal terminal) : GadReportView(terminal)
{
    public override void End(IReadOnlyList<GadReport> reports, IReadOnlyList<string> files)
    {
        foreach (string file in files)
        {
            Terminal.Output.WriteLine(file);
        }
    }
}

/// <summary>The reports as a JSON array.</summary>
internal sealed class JsonGadReportView(Terminal terminal) : GadReportView(terminal)
{
    public override void End(IReadOnlyList<GadReport> reports, IReadOnlyList<string> files) =>
        Terminal.Output.WriteLine($"[{string.Join(",\n", reports.Select(report => System.Text.Encoding.UTF8.GetString(report.ToJson())))}]");
}

/// <summary>What people read: a line a class and method, the verdicts, the files.</summary>
internal sealed class TextGadReportView(Terminal terminal) : GadReportView(terminal)
{
    public override void End(IReadOnlyList<GadReport> reports, IReadOnlyList<string> files)
    {
        foreach (var report in reports)
        {
            var labels = report.Manifest.Classes.Where(one => one.Index is not null).ToDictionary(one => one.Index ?? 0, one => one.Label);
            Terminal.Output.WriteLine($"{report.Network} · {report.Items} pictures");
            foreach (var row in report.Rows.Where(row => row.Variant == "gad"))
            {
                Terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"  {labels[row.Class]} · {row.Method}: smaller on {row.Smaller}, not on {row.NotSmaller}, degenerate on {row.Degenerate} · RC {row.Complexity?.Mean:0.000} · 100 RS {100 * row.Sensitivity?.Mean:0.0000}, supplementary {100 * row.SupplementarySensitivity?.Mean:0.0000}"));
            }

            foreach (var verdict in report.Verdicts)
            {
                Terminal.Output.WriteLine($"  {verdict.Sentence}");
            }
        }

        foreach (string file in files)
        {
            Terminal.Output.WriteLine($"  {file}");
        }
    }
}
