using System.Numerics.Tensors;
using Unmask.Numerics;

namespace Unmask;

/// <summary>
/// Bayesian ridge regression of scores on binned masks, f = c + φ·w + noise, with a smooth prior on the weights: w ~ N(0, s²·K), K a
/// Gaussian kernel between the bins' centres. The kernel's length and the strength of the ridge λ = noise² ÷ s² are those under which the
/// scores are most likely (marginal likelihood, the intercept integrated out).
/// </summary>
/// <remarks>Source: Rasmussen, Williams, «Gaussian Processes for Machine Learning», 2006, §2.2 and §5.4.</remarks>
internal sealed class SmoothRidge
{
    /// <summary>The lengths that are tried, as fractions of the input's side.</summary>
    private static readonly double[] Lengths = [1.0 / 16, 3.0 / 32, 9.0 / 64, 13.0 / 64];

    // Directions in which the prior's variance is below this share of its largest carry nothing.
    private const double SmallestShare = 1e-4;

    private readonly Candidate[] _candidates;

    public SmoothRidge(PooledAxis down, PooledAxis across) =>
        _candidates = [.. Lengths.Select(length => new Candidate(length, new SmoothBasis(down, across, length, SmallestShare)))];

    /// <summary>Fits every target to the masks observed so far.</summary>
    public RidgeFit[] Fit(MaskMoments moments)
    {
        double[] scatter = moments.Scatter();
        var fits = new RidgeFit[_candidates.Length][];
        Parallel.For(0, fits.Length, i => fits[i] = Fit(_candidates[i], scatter, moments));
        return [.. Enumerable.Range(0, moments.Targets).Select(target => fits.Select(fit => fit[target]).MaxBy(fit => fit.Evidence)!)];
    }

    private static RidgeFit[] Fit(Candidate candidate, double[] scatter, MaskMoments moments)
    {
        double[] matrix = candidate.Basis.Project(scatter);
        var reduced = Tridiagonal.Reduce([.. matrix], candidate.Basis.Count);
        var fits = new RidgeFit[moments.Targets];
        for (int target = 0; target < fits.Length; target++)
        {
            double[] cross = candidate.Basis.ProjectVector(moments.Cross(target));
            fits[target] = Best(candidate, matrix, reduced, cross, moments, target);
        }

        return fits;
    }

    /// <summary>The λ of the largest marginal likelihood: a coarse grid over eight decades, then golden sections.</summary>
    private static RidgeFit Best(Candidate candidate, double[] matrix, Tridiagonal reduced, double[] cross, MaskMoments moments, int target)
    {
        double[] rotated = reduced.Rotate(cross);
        double scale = Math.Max(Trace(matrix, cross.Length) / cross.Length, double.Epsilon);
        double Evidence(double logLambda) => Likelihood(reduced, rotated, moments, target, scale * Math.Exp(logLambda)).Evidence;
        const int Points = 41;
        const double Low = -7, Step = 0.5;
        double best = Enumerable.Range(0, Points).Select(i => Low + (Step * i)).MaxBy(Evidence);
        best = GoldenSection(Evidence, best - Step, best + Step);
        double lambda = scale * Math.Exp(best);
        var (evidence, variance) = Likelihood(reduced, rotated, moments, target, lambda);
        return new(candidate.Basis, candidate.Length, matrix, cross, lambda, lambda * variance, evidence);
    }

    /// <summary>The logarithm of the marginal likelihood with s² at its best, and that s².</summary>
    private static (double Evidence, double Variance) Likelihood(Tridiagonal reduced, double[] rotated, MaskMoments moments, int target, double lambda)
    {
        // Woodbury and Sylvester turn the N × N determinant and quadratic form into those of the r × r matrix.
        var (logDeterminant, quadratic) = reduced.Shifted(lambda, rotated);
        double freedom = moments.Count - 1;
        double residual = Math.Max((moments.Spread(target) - quadratic) / lambda, 1e-300);
        double variance = residual / freedom;
        return (-0.5 * ((freedom * Math.Log(variance)) + ((freedom - rotated.Length) * Math.Log(lambda)) + logDeterminant), variance);
    }

    private static double GoldenSection(Func<double, double> value, double low, double high)
    {
        double ratio = (Math.Sqrt(5) - 1) / 2;
        double a = high - (ratio * (high - low)), b = low + (ratio * (high - low));
        double atA = value(a), atB = value(b);
        for (int i = 0; i < 12; i++)
        {
            if (atA >= atB)
            {
                (high, b, atB) = (b, a, atA);
                atA = value(a = high - (ratio * (high - low)));
            }
            else
            {
                (low, a, atA) = (a, b, atB);
                atB = value(b = low + (ratio * (high - low)));
            }
        }

        return (low + high) / 2;
    }

    private static double Trace(double[] matrix, int size)
    {
        double trace = 0;
        for (int i = 0; i < size; i++)
        {
            trace += matrix[(i * size) + i];
        }

        return trace;
    }

    private sealed record Candidate(double Length, SmoothBasis Basis);
}
