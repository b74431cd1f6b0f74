using System.Globalization;

namespace Unmask.Metrics;

/// <summary>What a paired difference says in words.</summary>
internal static class Verdicts
{
    // Below it, digits say nothing: the number of sign changes drawn does not settle them.
    private const double SmallestChance = 0.0001;

    /// <summary>Settled only where the interval leaves out 0 and chance is unlikely to give as much: with few items the interval alone is too narrow.</summary>
    public static PairedDifference Of(string method, string against, IMetric metric, Interval difference, double chance)
    {
        bool settled = !difference.Holds(0) && chance < 1 - difference.Level;
        string verdict = !settled ? "not settled" : (difference.Mean < 0) == (metric.Better == Better.Lower) ? "better" : "worse";
        string numbers = string.Create(CultureInfo.InvariantCulture,
            $"{Signed(difference.Mean)}, {100 * difference.Level:0.##} % interval {Signed(difference.Low)} to {Signed(difference.High)}, p {(chance < SmallestChance ? "" : "= ")}{Chance(chance)}, {difference.Count} {(difference.Count == 1 ? "item" : "items")}");
        string sentence = settled
            ? $"By {metric.Id}, {method} is {verdict} than {against} ({numbers})."
            : $"By {metric.Id}, it is not settled whether {method} is better or worse than {against} ({numbers}).";
        return new(method, against, metric.Id, difference, chance, verdict, sentence);
    }

    /// <summary>With a true minus sign, and a plus before positive numbers.</summary>
    public static string Signed(double value) => value.ToString("+0.0000;\u22120.0000;0.0000", CultureInfo.InvariantCulture);

    /// <summary>Four decimals, or that it is below them.</summary>
    public static string Chance(double value) => value < SmallestChance ? "< 0.0001" : value.ToString("0.0000", CultureInfo.InvariantCulture);
}
