namespace Unmask.Metrics;

/// <summary>The interval of a share of items, for instance of those that a network is right on.</summary>
/// <remarks>Source: Wilson, «Probable inference, the law of succession, and statistical inference», JASA 1927. It stays within 0 and 1, and has a width where all or no items are right.</remarks>
public static class Proportion
{
    // The quantile of the normal distribution at 0.975.
    private const double Deviations = 1.959963984540054;

    /// <summary>The interval that holds the true share in 95 % of samples.</summary>
    /// <param name="hits">Items that count, from 0 to <paramref name="count"/>.</param>
    /// <param name="count">All items, at least 1.</param>
    public static Interval Of(int hits, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegative(hits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hits, count);
        double share = (double)hits / count, square = Deviations * Deviations / count;
        double middle = (share + (square / 2)) / (1 + square), half = Math.Sqrt((share * (1 - share) * square) + (square * square / 4)) / (1 + square);
        return new(share, Math.Max(0, middle - half), Math.Min(1, middle + half), 0.95, count);
    }
}
