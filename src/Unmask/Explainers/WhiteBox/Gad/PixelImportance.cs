using System.Globalization;

namespace Unmask;

/// <summary>Which pixels of a map count as important. Signs are left out: a pixel that speaks strongly against the target matters too. A pixel of 0 is never important.</summary>
public sealed record PixelImportance
{
    private readonly ImportanceRule _rule;
    private readonly double _fraction;

    private PixelImportance(ImportanceRule rule, double fraction)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fraction);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fraction, 1);
        (_rule, _fraction) = (rule, fraction);
    }

    private enum ImportanceRule
    {
        Top,
        TopOfNonzero,
        AboveMaximum,
    }

    /// <summary>The most important half of all pixels: what GAD's experiments use.</summary>
    public static PixelImportance TopHalf { get; } = Top(0.5);

    /// <summary>Every pixel that is not 0.</summary>
    public static PixelImportance Nonzero { get; } = TopOfNonzero(1);

    /// <summary>The largest magnitudes, as many as a part of all pixels; more where several are equal to the smallest of them.</summary>
    /// <param name="fraction">From 0 to 1.</param>
    public static PixelImportance Top(double fraction) => new(ImportanceRule.Top, fraction);

    /// <summary>The largest magnitudes, as many as a part of the pixels that are not 0; more where several are equal to the smallest of them.</summary>
    /// <param name="fraction">From 0 to 1.</param>
    public static PixelImportance TopOfNonzero(double fraction) => new(ImportanceRule.TopOfNonzero, fraction);

    /// <summary>Magnitudes above a part of the largest.</summary>
    /// <param name="fraction">From 0 to 1; 0.1 in GAD's figure of hulls.</param>
    public static PixelImportance AboveFractionOfMaximum(double fraction) => new(ImportanceRule.AboveMaximum, fraction);

    /// <summary>Reads <c>top:0.5</c>, <c>nonzero:0.5</c> (of the pixels that are not 0) or <c>max:0.1</c>.</summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number is not from 0 to 1.</exception>
    public static PixelImportance Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':');
        if (parts.Length != 2 || !double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double fraction))
        {
            throw new FormatException($"\"{text}\" is none of top:FRACTION, nonzero:FRACTION, max:FRACTION.");
        }

        return parts[0] switch
        {
            "top" => Top(fraction),
            "nonzero" => TopOfNonzero(fraction),
            "max" => AboveFractionOfMaximum(fraction),
            _ => throw new FormatException($"\"{text}\" is none of top:FRACTION, nonzero:FRACTION, max:FRACTION."),
        };
    }

    /// <summary>The important pixels of a map.</summary>
    /// <param name="map">Numbers of pixels in any order.</param>
    public bool[] Of(ReadOnlySpan<float> map)
    {
        float[] magnitudes = new float[map.Length];
        for (int i = 0; i < map.Length; i++)
        {
            magnitudes[i] = Math.Abs(map[i]);
        }

        float least = LeastOf(magnitudes);
        return [.. magnitudes.Select(value => value > 0 && (_rule == ImportanceRule.AboveMaximum ? value > least : value >= least))];
    }

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(_rule switch { ImportanceRule.Top => "top", ImportanceRule.TopOfNonzero => "nonzero", _ => "max" })}:{_fraction}");

    /// <summary>The magnitude that important pixels have at least.</summary>
    private float LeastOf(float[] magnitudes)
    {
        float[] sorted = [.. magnitudes];
        Array.Sort(sorted);
        if (_rule == ImportanceRule.AboveMaximum)
        {
            return (float)(_fraction * (sorted.Length == 0 ? 0 : sorted[^1]));
        }

        int among = _rule == ImportanceRule.Top ? sorted.Length : magnitudes.Count(value => value > 0);
        int count = (int)Math.Ceiling(_fraction * among);
        return count == 0 ? float.PositiveInfinity : sorted[^count];
    }
}
