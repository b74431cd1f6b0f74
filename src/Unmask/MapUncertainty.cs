namespace Unmask;

/// <summary>How far a map that was estimated from random probes is expected to be from the one that infinitely many would give.</summary>
/// <param name="Spread">The standard deviation of the map's own values over its elements: what the error is to be compared with.</param>
/// <param name="Error">The expected root-mean-square error of the map's values (their common level left out), in the map's unit.</param>
/// <param name="ErrorBound">What the root-mean-square error stays below with a probability of 95 %.</param>
public sealed record MapUncertainty(double Spread, double Error, double ErrorBound)
{
    // The 95 % point of the standard normal distribution.
    private const double NormalQuantile = 1.6448536269514722;

    /// <summary>Error ÷ spread: 0 for a perfect map, above 1 for one that is mostly noise. Infinite for a map without any spread.</summary>
    public double RelativeError => Spread > 0 ? Error / Spread : double.PositiveInfinity;

    /// <summary>The correlation that the map can be expected to have with the exact one, 0 to 1.</summary>
    public double ExpectedCorrelation => Spread > 0 ? Spread / Math.Sqrt((Spread * Spread) + (Error * Error)) : 0;

    /// <summary>From the trace of the error's covariance over a lattice of points, and that of its square.</summary>
    /// <remarks>The squared error is a weighted sum of χ² variables: matched by a scaled χ² (Satterthwaite), its quantile by Wilson and Hilferty's cube.</remarks>
    internal static MapUncertainty Of(double spread, double trace, double traceOfSquare, int points)
    {
        if (trace <= 0)
        {
            return new(spread, 0, 0);
        }

        double freedom = trace * trace / traceOfSquare, step = 2 / (9 * freedom);
        double quantile = Math.Pow(1 - step + (NormalQuantile * Math.Sqrt(step)), 3);
        return new(spread, Math.Sqrt(trace / points), Math.Sqrt(trace * quantile / points));
    }
}
