using System.Numerics.Tensors;
using Unmask.Numerics;

namespace Unmask;

/// <summary>A <see cref="SmoothRidge"/> over masks that have been observed: what all series of scores share is worked out once.</summary>
internal sealed class RidgeProblem
{
    private readonly Candidate[] _candidates;

    public RidgeProblem(double[] scatter, SmoothBasis[] bases)
    {
        Scatter = scatter;
        _candidates = new Candidate[bases.Length];
        Parallel.For(0, bases.Length, i =>
        {
            double[] matrix = bases[i].Project(scatter);
            _candidates[i] = new(bases[i], matrix, Tridiagonal.Reduce([.. matrix], bases[i].Count));
        });
    }

    /// <summary>S = Σ (φ − φ̄)(φ − φ̄)ᵀ over the bins, row by row.</summary>
    public double[] Scatter { get; }

    /// <summary>S·w, S the scatter of the masks.</summary>
    public double[] Spreads(ReadOnlySpan<double> weights)
    {
        double[] spreads = new double[weights.Length];
        for (int row = 0; row < spreads.Length; row++)
        {
            spreads[row] = TensorPrimitives.Dot(Scatter.AsSpan(row * weights.Length, weights.Length), weights);
        }

        return spreads;
    }

    /// <summary>The regression of one series, under the length and the ridge of the largest marginal likelihood.</summary>
    public RidgeFit Fit(ScoreMoments scores)
    {
        var best = _candidates.Select(candidate => Best(candidate, scores)).MaxBy(choice => choice.Evidence)!;
        return new(best.Candidate.Basis, best.Candidate.Matrix, best.Cross, best.Lambda, best.Noise);
    }

    /// <summary>The λ of the largest marginal likelihood: a coarse grid over eight decades, then golden sections.</summary>
    private static Choice Best(Candidate candidate, ScoreMoments scores)
    {
        double[] cross = candidate.Basis.ProjectVector(scores.Cross);
        double[] rotated = candidate.Reduced.Rotate(cross);
        double scale = Math.Max(Trace(candidate.Matrix, cross.Length) / cross.Length, double.Epsilon);
        double Evidence(double logLambda) => Likelihood(candidate.Reduced, rotated, scores, scale * Math.Exp(logLambda)).Evidence;
        const int Points = 41;
        const double Low = -7, Step = 0.5;
        double best = Enumerable.Range(0, Points).Select(i => Low + (Step * i)).MaxBy(Evidence);
        best = GoldenSection(Evidence, best - Step, best + Step);
        double lambda = scale * Math.Exp(best);
        var (evidence, variance) = Likelihood(candidate.Reduced, rotated, scores, lambda);
        return new(candidate, cross, lambda, lambda * variance, evidence);
    }

    /// <summary>The logarithm of the marginal likelihood with s² at its best, and that s².</summary>
    private static (double Evidence, double Variance) Likelihood(Tridiagonal reduced, double[] rotated, ScoreMoments scores, double lambda)
    {
        // Woodbury and Sylvester turn the N × N determinant and quadratic form into those of the r × r matrix.
        var (logDeterminant, quadratic) = reduced.Shifted(lambda, rotated);
        double freedom = scores.Count - 1;
        double residual = Math.Max((scores.Spread - quadratic) / lambda, 1e-300);
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

    private sealed record Candidate(SmoothBasis Basis, double[] Matrix, Tridiagonal Reduced);

    private sealed record Choice(Candidate Candidate, double[] Cross, double Lambda, double Noise, double Evidence);
}
