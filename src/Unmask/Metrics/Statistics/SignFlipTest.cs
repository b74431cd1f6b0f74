using System.Numerics;

namespace Unmask.Metrics;

/// <summary>
/// A paired permutation test: if two methods are equally good, the sign of each item's difference is a coin's throw. How often do random signs
/// give a mean at least as far from 0 as the one that was found?
/// </summary>
/// <remarks>Source: Fisher, «The Design of Experiments», 1935, §21.</remarks>
public static class SignFlipTest
{
    // 2^14 sign patterns are still cheaper than the random draws.
    private const int MostExact = 14;

    // Sums of the same differences in another order are the same number.
    private const double Rounding = 1e-12;

    /// <summary>The two-sided p-value.</summary>
    /// <param name="differences">One an item; at least one.</param>
    /// <param name="seed">Of the random signs; without effect up to 14 items, where all patterns of signs are tried.</param>
    /// <param name="draws">Random patterns beyond, at least 1.</param>
    /// <returns>Above 0, at most 1. With random patterns the pattern that was found counts as one of them.</returns>
    public static double PValue(ReadOnlySpan<double> differences, ulong seed, int draws = 10_000)
    {
        ArgumentOutOfRangeException.ThrowIfZero(differences.Length);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(draws);
        double found = Math.Abs(Bootstrap.Average(differences)) * differences.Length;
        double scale = 0;
        foreach (double difference in differences)
        {
            scale += Math.Abs(difference);
        }

        double bound = found - (Rounding * scale);
        return differences.Length <= MostExact ? Exact(differences, bound) : Drawn(differences, bound, seed, draws);
    }

    private static double Exact(ReadOnlySpan<double> differences, double bound)
    {
        int patterns = 1 << differences.Length, extreme = 0;
        for (int pattern = 0; pattern < patterns; pattern++)
        {
            double sum = 0;
            for (int i = 0; i < differences.Length; i++)
            {
                sum += (pattern >> i & 1) == 0 ? differences[i] : -differences[i];
            }

            extreme += Math.Abs(sum) >= bound ? 1 : 0;
        }

        return (double)extreme / patterns;
    }

    private static double Drawn(ReadOnlySpan<double> differences, double bound, ulong seed, int draws)
    {
        int extreme = 1;
        for (int draw = 0; draw < draws; draw++)
        {
            var random = Rng.At(seed, draw);
            double sum = 0;
            uint signs = 0;
            for (int i = 0; i < differences.Length; i++)
            {
                signs = i % 32 == 0 ? random.NextUInt32() : BitOperations.RotateRight(signs, 1);
                sum += (signs & 1) == 0 ? differences[i] : -differences[i];
            }

            extreme += Math.Abs(sum) >= bound ? 1 : 0;
        }

        return (double)extreme / (draws + 1);
    }
}
