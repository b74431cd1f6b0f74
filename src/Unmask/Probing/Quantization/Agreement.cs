using System.Globalization;

namespace Unmask.Probing;

/// <summary>How far the scores of masked inputs in one precision agree with those in another.</summary>
/// <param name="Correlation">Pearson's, −1 to 1; NaN when one side does not vary at all.</param>
/// <param name="Difference">The root of the mean squared difference, divided by the standard deviation of the exact scores; an offset counts.</param>
internal readonly record struct Agreement(double Correlation, double Difference)
{
    /// <summary>
    /// The least correlation with which int8 is used. Errors that do not depend on the mask average out like the noise of the masks: at the largest difference that is
    /// allowed a map is as noisy as with 6 % fewer masks.
    /// </summary>
    public const double LeastCorrelation = 0.98;

    /// <summary>The largest difference, in standard deviations, with which int8 is used.</summary>
    public const double LargestDifference = 0.25;

    /// <summary>Whether the scores may stand for each other.</summary>
    public bool IsEnough => Correlation >= LeastCorrelation && Difference <= LargestDifference;

    /// <summary>Compares two series of scores.</summary>
    public static Agreement Of(IReadOnlyList<double> exact, IReadOnlyList<double> approximate)
    {
        double mean = exact.Average(), otherMean = approximate.Average();
        double both = 0, one = 0, other = 0, squares = 0;
        for (int i = 0; i < exact.Count; i++)
        {
            double a = exact[i] - mean, b = approximate[i] - otherMean;
            both += a * b;
            one += a * a;
            other += b * b;
            squares += (exact[i] - approximate[i]) * (exact[i] - approximate[i]);
        }

        return new(both / Math.Sqrt(one * other), Math.Sqrt(squares / one));
    }

    /// <summary>The weaker of two: the lower correlation and the larger difference.</summary>
    public Agreement Weaker(Agreement other) => new(Math.Min(Correlation, other.Correlation), Math.Max(Difference, other.Difference));

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"correlation {Correlation:0.0000}, root-mean-square difference {100 * Difference:0.0} % of the scores' standard deviation");
}
