namespace Unmask.Metrics;

/// <summary>The interval of a share: how far chance alone could have moved the part of items that are right.</summary>
/// <remarks>Source: Wilson, «Probable inference, the law of succession, and statistical inference», JASA 22, 1927. Unlike the normal approximation it is sensible near 0 and 1 and for few items.</remarks>
public static class Wilson
{
    // The normal distribution's quantile at 0.975.
    private const double Deviations = 1.959963984540054;

    /// <summary>The 95 % interval.</summary>
    /// <param name="right">Items that are right, 0 to <paramref name="count"/>.</param>
    /// <param name="count">Items, at least 1.</param>
    public static Interval Of(int right, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegative(right);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(right, count);
        double n = count, share = right / n, square = Deviations * Deviations;
        double middle = (share + (square / (2 * n))) / (1 + (square / n));
        double half = Deviations / (1 + (square / n)) * Math.Sqrt((share * (1 - share) / n) + (square / (4 * n * n)));
        return new(share, Math.Max(0, middle - half), Math.Min(1, middle + half), 0.95, count);
    }
}
