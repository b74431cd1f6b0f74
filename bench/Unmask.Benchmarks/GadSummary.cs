using System.Globalization;
using System.Text;
using Unmask.Metrics;

namespace Unmask.Benchmarks;

/// <summary>GAD's experiment in few tables over all networks: verdicts against controls, how near support models came, medians of RC, and what automatic distances do.</summary>
internal static class GadSummary
{
    // The paper prints RS times 100.
    private const double Scale = 100;

    /// <summary>All of it as Markdown.</summary>
    public static string Of(IReadOnlyList<GadResult> results)
    {
        var text = new StringBuilder();
        Verdicts(text, results);
        Supports(text, results);
        text.Append(GadPaper.Tables([.. results.Where(result => GadPaper.Has(result.Name)).Select(result => (result.Name, result.Gad))]));
        Medians(text, results);
        text.Append("## Automatic α\nIts distances are written FIRST:SECOND, for pictures of either class.\n\n");
        foreach (var result in results)
        {
            Automatic(text, result);
        }

        return text.ToString();
    }

    private static void Verdicts(StringBuilder text, IReadOnlyList<GadResult> results)
    {
        text.Append("## Verdicts\nMean differences over pictures (a picture's classes averaged first) with 95 % intervals. RC below 0, RS (times 100) above 0 are GAD's gain.\n\n"
            + "| network | method | RC minus α = 0 | RC minus random | RS minus supplementary | RS minus α = 0 | RS minus random | verdict |\n| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |\n");
        foreach (var (result, verdict) in results.SelectMany(result => result.Gad.Verdicts.Select(verdict => (result, verdict))))
        {
            var (unmoved, random) = (verdict.Differences[0], verdict.Differences[1]);
            string said = (verdict.IsSimpler, verdict.IsMoreSensitive) switch { (true, true) => "both", (true, false) => "simplicity only", (false, true) => "sensitivity only", _ => "none" };
            text.Append($"| {result.Name} | {Name(verdict.Method)} | {Text(unmoved.Complexity)} | {Text(random.Complexity)} | {Text(verdict.Supplementary.Sensitivity, Scale)} | {Text(unmoved.Sensitivity, Scale)} | {Text(random.Sensitivity, Scale)} | {said} |\n");
        }
    }

    private static void Supports(StringBuilder text, IReadOnlyList<GadResult> results)
    {
        text.Append("\n## How near support models came\nRMSE on the logits of both classes, on the pictures that they learnt from.\n\n| network | α = 2 | 4 | 6 | 8 | α = 0, after training |\n| --- | ---: | ---: | ---: | ---: | --- |\n");
        foreach (var result in results)
        {
            var reached = result.Gad.Manifest.Supports.Select(support => FormattableString.Invariant($"{support.Rmse:0.000}{(support.Reached == false ? " (not reached)" : "")}"));
            text.Append($"| {result.Name} | {string.Join(" | ", reached)} | {string.Join(", ", result.Unmoved.Supports.Select(support => FormattableString.Invariant($"{support.Rmse:0.000}")))} |\n");
        }

        text.Append('\n');
    }

    private static void Medians(StringBuilder text, IReadOnlyList<GadResult> results)
    {
        text.Append("## Medians of RC\nWith 95 % intervals; «all kept»: hulls around all pixels that are kept.\n\n| network | class | method | GAD | α = 0 | random | GAD, all kept | pixels kept: GAD, α = 0 |\n| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |\n");
        foreach (var result in results)
        {
            foreach (var (index, method) in Enumerable.Range(0, 2).SelectMany(index => result.Gad.Verdicts.Select(verdict => (index, verdict.Method))))
            {
                GadRow gad = result.Gad.Row(index, method, "gad"), unmoved = result.Gad.Row(index, method, "unmoved"), random = result.Gad.Row(index, method, "random:gad");
                text.Append($"| {result.Name} | {result.Gad.Manifest.Classes[index].Label} | {Name(method)} | {Text(gad.Complexity)} | {Text(unmoved.Complexity)} | {Text(random.Complexity)} | {Text(gad.RetainedComplexity)} | ")
                    .Append(CultureInfo.InvariantCulture, $"{100 * gad.KeptShare?.Mean:0} %, {100 * unmoved.KeptShare?.Mean:0} % |\n");
            }
        }

        text.Append('\n');
    }

    /// <summary>What distances by the network's own gap do, beside fixed ones: GAD's gain over its control of α = 0 with either.</summary>
    private static void Automatic(StringBuilder text, GadResult result)
    {
        string supports = string.Join("; ", result.Automatic.Manifest.Supports.Select(support => FormattableString.Invariant($"α {support.Distance}: RMSE {support.Rmse:0.000}, {(support.Reached == true ? "reached" : "not reached")}")));
        text.Append($"**{result.Name}**: {supports}\n\n| method | RC, α = 2, 4, 6, 8 minus α = 0 | automatic minus α = 0 | automatic minus 2, 4, 6, 8 | RS, times 100, automatic minus 2, 4, 6, 8 |\n| --- | ---: | ---: | ---: | ---: |\n");
        foreach (var (automatic, usual, between) in result.Automatic.Verdicts.Zip(result.Gad.Verdicts, result.AgainstFixed.Verdicts))
        {
            text.Append($"| {Name(automatic.Method)} | {Text(usual.Differences[0].Complexity)} | {Text(automatic.Differences[0].Complexity)} | {Text(between.Differences[0].Complexity)} | {Text(between.Differences[0].Sensitivity, Scale)} |\n");
        }

        text.Append('\n');
    }

    private static string Name(string method) => method.Split(':')[0];

    private static string Text(Interval? interval, double scale = 1) =>
        interval is { } known ? FormattableString.Invariant($"{scale * known.Mean:0.000} [{scale * known.Low:0.000}, {scale * known.High:0.000}]") : "undefined";
}

/// <summary>What GAD came to on one network.</summary>
/// <param name="Name">The network and its data.</param>
/// <param name="Gad">With α = 2, 4, 6, 8.</param>
/// <param name="Unmoved">The control's support models, trained with α = 0.</param>
/// <param name="Automatic">With distances by the network's own gap, against the same control.</param>
/// <param name="AgainstFixed">With these, against those of <paramref name="Gad"/>.</param>
internal sealed record GadResult(string Name, GadReport Gad, GadManifest Unmoved, GadReport Automatic, GadReport AgainstFixed);
