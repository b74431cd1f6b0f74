using System.Collections.Immutable;

namespace Unmask.Metrics;

/// <summary>What one refinement of one method's maps of one class came to, over all pictures.</summary>
/// <param name="Class">The explained class.</param>
/// <param name="Method">The base method.</param>
/// <param name="Variant">What refined the maps.</param>
/// <param name="Smaller">Pictures on which the refined region is smaller (RC &lt; 1).</param>
/// <param name="NotSmaller">Pictures on which it is not.</param>
/// <param name="Degenerate">Pictures on which a hull has no inside.</param>
/// <param name="SmallerShare">Smaller ÷ (Smaller + NotSmaller), with Wilson's interval; <c>null</c>: all are degenerate.</param>
/// <param name="Complexity">The median of RC; <c>null</c>: undefined on all.</param>
/// <param name="RetainedComplexity">The median of RC with hulls around all pixels that are kept.</param>
/// <param name="KeptShare">The mean part of the original's important pixels that is kept.</param>
/// <param name="Sensitivity">The mean of RS of the refined region.</param>
/// <param name="SupplementarySensitivity">The mean of RS of the supplementary region.</param>
public sealed record GadRow(
    int Class, string Method, string Variant, int Smaller, int NotSmaller, int Degenerate, Interval? SmallerShare, Interval? Complexity, Interval? RetainedComplexity, Interval? KeptShare, Interval? Sensitivity, Interval? SupplementarySensitivity)
{
    // Of a median of some hundred values, a thousand resamples are enough for two digits.
    private const int Resamples = 1000;

    internal static GadRow Of(IReadOnlyList<GadMeasurement> measured, ulong seed)
    {
        int smaller = measured.Count(one => one.Outcome == RegionOutcome.Smaller), not = measured.Count(one => one.Outcome == RegionOutcome.NotSmaller);
        Interval? Median(Func<GadMeasurement, double?> value) => Defined(measured, value) is { Length: > 0 } values ? Bootstrap.Median(values, seed, Resamples) : null;
        Interval? Mean(Func<GadMeasurement, double?> value) => Defined(measured, value) is { Length: > 0 } values ? Bootstrap.Mean(values, seed, Resamples) : null;
        return new(
            measured[0].Class, measured[0].Method, measured[0].Variant, smaller, not, measured.Count - smaller - not, smaller + not == 0 ? null : Wilson.Of(smaller, smaller + not),
            Median(one => one.Complexity), Median(one => one.RetainedComplexity), Mean(one => one.KeptShare), Mean(one => one.Sensitivity), Mean(one => one.SupplementarySensitivity));
    }

    private static double[] Defined(IReadOnlyList<GadMeasurement> measured, Func<GadMeasurement, double?> value) => [.. measured.Select(value).OfType<double>()];
}

/// <summary>Whether GAD is better than a control, over the pictures.</summary>
/// <param name="Control">The control: another set of support models, random pixels, or the supplementary region.</param>
/// <param name="Complexity">Mean difference of RC, GAD minus control, a picture's classes averaged first: below 0 is better; <c>null</c>: undefined, or no control of it.</param>
/// <param name="Sensitivity">Mean difference of RS, GAD minus control: above 0 is better; <c>null</c>: undefined.</param>
public sealed record GadDifference(string Control, Interval? Complexity, Interval? Sensitivity)
{
    /// <summary>Whether regions are simpler than the control's, beyond chance.</summary>
    public bool IsSimpler => Complexity is { High: < 0 };

    /// <summary>Whether regions matter more than the control's, beyond chance.</summary>
    public bool IsMoreSensitive => Sensitivity is { Low: > 0 };
}

/// <summary>What is said of one base method: a gain counts only where it is larger than every control's.</summary>
/// <param name="Method">The base method.</param>
/// <param name="Differences">GAD against each control.</param>
/// <param name="Supplementary">GAD's region against the supplementary one.</param>
public sealed record GadVerdict(string Method, ImmutableArray<GadDifference> Differences, GadDifference Supplementary)
{
    /// <summary>Whether regions are simpler than those of every control.</summary>
    public bool IsSimpler => Differences.Length > 0 && Differences.All(difference => difference.IsSimpler);

    /// <summary>Whether regions matter more than the supplementary ones and than those of every control.</summary>
    public bool IsMoreSensitive => Differences.Length > 0 && Supplementary.IsMoreSensitive && Differences.All(difference => difference.IsMoreSensitive);

    /// <summary>In plain words.</summary>
    public string Sentence => $"{Method}: regions are {(IsSimpler ? $"simpler than those of {All}" : $"no simpler than those of {Others(difference => difference.IsSimpler)}")}; they "
        + (IsMoreSensitive ? $"matter more, pixel by pixel, than {Supplementary.Control} and those of {All}. " : $"do not matter more, pixel by pixel, than {Unbeaten}. ")
        + (Differences.Length < 2 ? "Without a control of α = 0 this is no verdict."
            : IsSimpler && IsMoreSensitive ? "GAD gains both."
            : IsSimpler ? "GAD gains simplicity only."
            : IsMoreSensitive ? "GAD gains sensitivity only."
            : "No gain of GAD's own.");

    private string All => string.Join(" and ", Differences.Select(difference => difference.Control));

    /// <summary>What regions do not matter more than.</summary>
    private string Unbeaten => (Supplementary.IsMoreSensitive, Others(difference => difference.IsMoreSensitive)) switch
    {
        (true, var others) => $"those of {others}",
        (false, "") => Supplementary.Control,
        (false, var others) => $"{Supplementary.Control} and those of {others}",
    };

    private string Others(Func<GadDifference, bool> better) => string.Join(" and ", Differences.Where(difference => !better(difference)).Select(difference => difference.Control));
}
