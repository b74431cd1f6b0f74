using System.Globalization;

namespace Unmask.Metrics;

/// <summary>One picture on which GAD is measured.</summary>
/// <param name="Id">Unique among the items.</param>
/// <param name="Side">Which class it shows.</param>
/// <param name="Input">Prepares it.</param>
public sealed record GadItem(string Id, ClassSide Side, Func<Model, ModelInput> Input);

/// <summary>What one refined map of one picture and class came to, beside the base method's own.</summary>
public sealed record GadMeasurement
{
    /// <summary>The picture.</summary>
    public required string Item { get; init; }

    /// <summary>Which class the picture shows.</summary>
    public required ClassSide Side { get; init; }

    /// <summary>The class that is explained.</summary>
    public required int Class { get; init; }

    /// <summary>The base method, with its settings.</summary>
    public required string Method { get; init; }

    /// <summary>What refined the map: a set of support models by its name, or <c>random:NAME</c>, as many pixels of the original's as that set kept, drawn at random.</summary>
    public required string Variant { get; init; }

    /// <summary>Which hull is smaller.</summary>
    public required RegionOutcome Outcome { get; init; }

    /// <summary>RC with the hulls that were asked for; <c>null</c>: undefined.</summary>
    public double? Complexity { get; init; }

    /// <summary>RC with hulls around all pixels that are kept; <c>null</c>: undefined.</summary>
    public double? RetainedComplexity { get; init; }

    /// <summary>Pixels that are kept, as a part of the original's important ones.</summary>
    public double? KeptShare { get; init; }

    /// <summary>RS of the refined map's hull; <c>null</c>: it has no pixels.</summary>
    public double? Sensitivity { get; init; }

    /// <summary>RS of the supplementary region, which is in the original's hull and not in the refined one's; <c>null</c>: it has no pixels.</summary>
    public double? SupplementarySensitivity { get; init; }

    /// <summary>The class's logit on the picture as it is.</summary>
    public required double Logit { get; init; }

    /// <summary>The columns of <see cref="ToLine"/>.</summary>
    internal static string Header => string.Join('\t', "item", "shows", "class", "method", "variant", "outcome", "rc", "rc_retained", "kept", "rs", "rs_supplementary", "logit");

    /// <summary>A line of cells separated by tabulators.</summary>
    internal string ToLine() => string.Join('\t', Item.Replace('\t', ' '), Side, Class, Method, Variant, Outcome, Text(Complexity), Text(RetainedComplexity), Text(KeptShare), Text(Sensitivity), Text(SupplementarySensitivity), Text(Logit));

    /// <summary>Reads such a line; <c>null</c>: it is not one, for instance half of one.</summary>
    internal static GadMeasurement? FromLine(string line) => line.Split('\t') is [var item, var side, var index, var method, var variant, var outcome, var complexity, var retained, var kept, var sensitivity, var supplementary, { Length: > 0 } logit]
        && Enum.TryParse(side, out ClassSide shows) && Enum.TryParse(outcome, out RegionOutcome found) && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        ? new()
        {
            Item = item,
            Side = shows,
            Class = number,
            Method = method,
            Variant = variant,
            Outcome = found,
            Complexity = Number(complexity),
            RetainedComplexity = Number(retained),
            KeptShare = Number(kept),
            Sensitivity = Number(sensitivity),
            SupplementarySensitivity = Number(supplementary),
            Logit = Number(logit) ?? 0,
        }
        : null;

    private static string Text(double? value) => value?.ToString("r", CultureInfo.InvariantCulture) ?? "";

    private static double? Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : null;
}
