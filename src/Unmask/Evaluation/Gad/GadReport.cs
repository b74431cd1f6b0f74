using System.Collections.Immutable;

namespace Unmask.Metrics;

/// <summary>GAD's measurements on one network as tables and verdicts.</summary>
public sealed record GadReport
{
    private const ulong Seed = 11;
    private const int Resamples = 2000;

    /// <summary>The network.</summary>
    public required string Network { get; init; }

    /// <summary>Its support models' manifest.</summary>
    public required GadManifest Manifest { get; init; }

    /// <summary>How regions were made, in words.</summary>
    public required string Choices { get; init; }

    /// <summary>Pictures that were measured.</summary>
    public required int Items { get; init; }

    /// <summary>The tables' rows: a class, method and variant each.</summary>
    public required ImmutableArray<GadRow> Rows { get; init; }

    /// <summary>What is said of each base method.</summary>
    public required ImmutableArray<GadVerdict> Verdicts { get; init; }

    /// <summary>Makes the tables.</summary>
    /// <param name="network">The network's name.</param>
    /// <param name="variants">Of the evaluation; the first is GAD.</param>
    /// <param name="controls">Names of those among the others that are controls.</param>
    /// <param name="evaluation">How it was measured.</param>
    /// <param name="measured">What it gave; at least one.</param>
    public static GadReport Of(string network, IReadOnlyList<GadVariant> variants, IReadOnlyList<string> controls, GadEvaluation evaluation, ImmutableArray<GadMeasurement> measured)
    {
        ArgumentNullException.ThrowIfNull(variants);
        ArgumentNullException.ThrowIfNull(controls);
        ArgumentNullException.ThrowIfNull(evaluation);
        ArgumentOutOfRangeException.ThrowIfZero(measured.Length, nameof(measured));
        string gad = variants[0].Name;
        return new()
        {
            Network = network,
            Manifest = variants[0].Supports.Manifest,
            Choices = $"Important are {evaluation.Importance}; hulls around {(evaluation.Hull == HullPixels.TopHalf ? "the larger half of the pixels kept, of each map for itself" : "all pixels kept")}, in pixels inside or on the outline; hidden pixels become {evaluation.Occlusion}.",
            Items = measured.Select(one => one.Item).Distinct(StringComparer.Ordinal).Count(),
            Rows = [.. measured.GroupBy(one => (one.Class, one.Method, one.Variant)).Select(group => GadRow.Of([.. group], Seed))],
            Verdicts = [.. evaluation.Methods.Select(method => VerdictOn(method, gad, [.. controls, $"random:{gad}"], measured))],
        };
    }

    /// <summary>The row of a class, method and variant.</summary>
    public GadRow Row(int index, string method, string variant) => Rows.First(row => row.Class == index && row.Method == method && row.Variant == variant);

    /// <summary>The report as Markdown.</summary>
    public string ToMarkdown() => GadMarkdown.Write(this);

    /// <summary>The report's rows and verdicts as JSON, UTF-8.</summary>
    public byte[] ToJson() => GadReportJson.Write(this);

    /// <summary>The mean difference of a value over pictures, a picture's classes averaged first, between two sets of measurements; <c>null</c>: nowhere are both defined.</summary>
    internal static Interval? Difference(IEnumerable<GadMeasurement> ones, Func<GadMeasurement, double?> value, IEnumerable<GadMeasurement> others, Func<GadMeasurement, double?> other)
    {
        var there = others.ToDictionary(one => (one.Item, one.Class), other);
        double[] differences = [.. ones.Where(one => there.ContainsKey((one.Item, one.Class))).Select(one => (one.Item, Value: value(one) - there[(one.Item, one.Class)])).Where(pair => pair.Value is not null)
            .GroupBy(pair => pair.Item, StringComparer.Ordinal).Select(group => group.Average(pair => pair.Value ?? 0))];
        return differences.Length == 0 ? null : Bootstrap.Mean(differences, Seed, Resamples);
    }

    private static GadVerdict VerdictOn(string method, string gad, ImmutableArray<string> controls, ImmutableArray<GadMeasurement> measured)
    {
        var of = measured.Where(one => one.Method == method).ToLookup(one => one.Variant, StringComparer.Ordinal);
        return new(
            method,
            [.. controls.Select(control => new GadDifference(control, Difference(of[gad], one => one.Complexity, of[control], one => one.Complexity), Difference(of[gad], one => one.Sensitivity, of[control], one => one.Sensitivity)))],
            new("the supplementary region", null, Difference(of[gad], one => one.Sensitivity, of[gad], one => one.SupplementarySensitivity)));
    }
}
