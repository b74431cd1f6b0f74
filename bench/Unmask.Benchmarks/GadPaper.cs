using System.Globalization;
using System.Text;
using Unmask.Metrics;

namespace Unmask.Benchmarks;

/// <summary>Tables 1 and 2 of the paper beside those that were measured.</summary>
internal static class GadPaper
{
    private const int PaperItems = 512;

    // Table 1: pictures on which the original's region, GAD's region is the smaller one; S, D, GxI, GB, IG.
    private static readonly Dictionary<string, (int Original, int Gad)[][]> Counts = new(StringComparer.Ordinal)
    {
        ["photos-vgg"] = [[(357, 155), (0, 512), (15, 490), (4, 427), (17, 480)], [(159, 348), (0, 512), (2, 494), (3, 428), (0, 486)]],
        ["photos-resnet"] = [[(122, 390), (0, 512), (2, 492), (10, 453), (7, 497)], [(130, 380), (0, 512), (3, 490), (5, 460), (2, 488)]],
        ["cifar-vgg"] = [[(270, 240), (0, 511), (9, 488), (0, 450), (1, 500)], [(301, 210), (0, 510), (10, 494), (0, 451), (0, 504)]],
        ["cifar-resnet"] = [[(153, 358), (0, 512), (1, 504), (0, 472), (0, 506)], [(174, 337), (0, 512), (2, 506), (0, 470), (0, 504)]],
    };

    // Table 2: mean RS of the supplementary region and of GAD's, times 100.
    private static readonly Dictionary<string, (double Supplementary, double Gad)[][]> Sensitivities = new(StringComparer.Ordinal)
    {
        ["photos-vgg"] = [[(0.08, 0.13), (0.0029, 0.0056), (0.0052, 0.12), (0.11, 1.59), (0.01, 0.13)], [(0.24, 0.25), (0.0029, 0.0062), (0.0051, 0.56), (0.15, 1.82), (0.0096, 0.49)]],
        ["photos-resnet"] = [[(0.06, 0.03), (0.0013, 0.0024), (0.0016, 0.07), (0.13, 0.51), (0.0016, 0.12)], [(0.05, 0.07), (0.0012, 0.0024), (0.0016, 0.16), (0.1, 0.47), (0.002, 0.16)]],
        ["cifar-vgg"] = [[(0.25, 0.2), (0.0027, 0.0056), (0.08, 0.54), (0.01, 1.28), (0.01, 0.55)], [(0.15, 0.13), (0.003, 0.0068), (0.0092, 0.36), (0.01, 1.41), (0.0072, 0.38)]],
        ["cifar-resnet"] = [[(0.11, 0.04), (0.002, 0.0048), (0.0045, 0.17), (0.01, 1.03), (0.0094, 0.29)], [(0.05, 0.05), (0.0019, 0.0048), (0.0037, 0.16), (0.01, 1.04), (0.0026, 0.2)]],
    };

    /// <summary>Whether the paper has figures for such a network and data.</summary>
    public static bool Has(string name) => Counts.ContainsKey(name);

    /// <summary>Both tables.</summary>
    public static string Tables(IReadOnlyList<(string Name, GadReport Report)> cases)
    {
        var text = new StringBuilder();
        string[] methods = [.. cases[0].Report.Verdicts.Select(verdict => verdict.Method)];
        text.Append($"## Table 1: pictures on which the original's, or GAD's, region is the smaller one, and degenerate ones; in brackets the paper's counts of {PaperItems}\n\n");
        Head(text, methods);
        Rows(text, cases, methods, (name, at, method, row) => $"{row.NotSmaller} / {row.Smaller} / {row.Degenerate} ({Counts[name][at][method].Original} / {Counts[name][at][method].Gad})");
        text.Append("\n## Table 2: mean RS of the supplementary and of GAD's region, times 100; in brackets the paper's\n\n");
        Head(text, methods);
        Rows(text, cases, methods, (name, at, method, row) => string.Create(CultureInfo.InvariantCulture,
            $"{100 * row.SupplementarySensitivity?.Mean:0.0000} / {100 * row.Sensitivity?.Mean:0.0000} ({Sensitivities[name][at][method].Supplementary} / {Sensitivities[name][at][method].Gad})"));
        text.Append("\n(The paper's second data set is warblers and sparrows; CIFAR-10's animals stand beside it here.)\n\n");
        return text.ToString();
    }

    private static void Head(StringBuilder text, string[] methods) =>
        text.Append("| network | class | pictures | ").AppendJoin(" | ", methods).Append(" |\n| --- | --- | ---: | ").AppendJoin(" | ", methods.Select(_ => "---:")).Append(" |\n");

    private static void Rows(StringBuilder text, IReadOnlyList<(string Name, GadReport Report)> cases, string[] methods, Func<string, int, int, GadRow, string> cell)
    {
        foreach (var (name, report) in cases)
        {
            for (int at = 0; at < 2; at++)
            {
                int index = at;
                text.Append(CultureInfo.InvariantCulture, $"| {name} | {report.Manifest.Classes[at].Label} | {report.Items} | ")
                    .AppendJoin(" | ", methods.Select((method, column) => cell(name, index, column, report.Row(index, method, "gad")))).Append(" |\n");
            }
        }
    }
}
