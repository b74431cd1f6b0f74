using System.Globalization;

namespace Unmask.Imaging;

/// <summary>Round numbers along a scale, and how to write them.</summary>
internal sealed class Ticks
{
    // At least this many ticks fit on every scale; the coarsest step that gives them is taken, so there are at most ten.
    private const int Fewest = 4;

    // A tick that rounding puts just outside of the scale still counts; part of a step.
    private const double Tolerance = 1e-6;

    private Ticks(double[] values, int exponent, int decimals)
    {
        Values = values;
        Exponent = exponent;
        Labels = [.. values.Select(value => Label(value / Math.Pow(10, exponent), decimals))];
    }

    /// <summary>The numbers, rising.</summary>
    public double[] Values { get; }

    /// <summary>The labels, to be multiplied by ten to the power of <see cref="Exponent"/>.</summary>
    public string[] Labels { get; }

    /// <summary>0 unless the numbers are very large or very small.</summary>
    public int Exponent { get; }

    /// <summary>Multiples of 1, 2 or 5 times a power of ten within [low, high]; low is below high.</summary>
    public static Ticks Between(double low, double high)
    {
        var (step, values) = Steps(high - low).Select(step => (step, Multiples(step, low, high))).First(pair => pair.Item2.Length >= Fewest);
        var largest = Math.Max(Math.Abs(low), Math.Abs(high));
        var magnitude = (int)Math.Floor(Math.Log10(largest));
        var exponent = magnitude is >= -3 and < 5 ? 0 : magnitude;
        return new(values, exponent, Math.Max(0, exponent - (int)Math.Floor(Math.Log10(step) + 1e-9)));
    }

    // 5, 2 and 1 times falling powers of ten, from above the length of the scale on.
    private static IEnumerable<double> Steps(double length)
    {
        for (var power = (int)Math.Ceiling(Math.Log10(length)); ; power--)
            foreach (var digit in new[] { 5, 2, 1 })
                yield return digit * Math.Pow(10, power);
    }

    private static double[] Multiples(double step, double low, double high)
    {
        double first = Math.Ceiling(low / step - Tolerance), last = Math.Floor(high / step + Tolerance);
        return [.. Enumerable.Range(0, (int)Math.Max(0, last - first + 1)).Select(i => (first + i) * step)];
    }

    // A true minus sign, and no «−0».
    private static string Label(double value, int decimals) =>
        (Math.Abs(value) < Math.Pow(10, -decimals) / 2 ? 0 : value).ToString("N" + decimals, CultureInfo.InvariantCulture).Replace('-', '\u2212');
}
