using System.Numerics.Tensors;
using Unmask.Numerics;

namespace Unmask;

/// <summary>One target's regression: the posterior of the map, a normal distribution with a mean and a covariance.</summary>
internal sealed class RidgeFit
{
    // The error bar is as smooth as the masks are, so it is worked out on a lattice of this many points a side.
    private const int LatticeSide = 16;

    private readonly SmoothBasis _basis;
    private readonly Cholesky _precision;
    private readonly double[] _coefficients;
    private readonly double _noise;

    /// <summary>Takes the regression in a basis: BᵀSB, Bᵀc, the ridge λ and the variance of the noise.</summary>
    public RidgeFit(SmoothBasis basis, double[] scatter, double[] cross, double lambda, double noise)
    {
        _basis = basis;
        _noise = noise;
        double[] shifted = [.. scatter];
        for (int i = 0; i < cross.Length; i++)
        {
            shifted[(i * cross.Length) + i] += lambda;
        }

        _precision = Cholesky.Of(shifted, cross.Length) ?? throw new System.Diagnostics.UnreachableException("A scatter matrix plus a positive ridge is positive definite.");
        _coefficients = _precision.Solve(cross);
    }

    /// <summary>The posterior mean of w, one number a bin.</summary>
    public double[] Weights() => _basis.Weights(_coefficients);

    /// <summary>The posterior standard deviation of every element of the map, [height × width].</summary>
    public double[] Deviation()
    {
        var (height, width) = _basis.Sizes;
        int[] rows = Lattice(height), columns = Lattice(width);
        double[] coarse = new double[rows.Length * columns.Length];
        Parallel.For(0, coarse.Length, i =>
        {
            double[] strengths = _basis.At(rows[i / columns.Length], columns[i % columns.Length]);
            coarse[i] = Math.Sqrt(_noise * TensorPrimitives.SumOfSquares<double>(_precision.Forward(strengths)));
        });
        return LatticeInterpolation.Expand(coarse, rows, columns, height, width);
    }

    /// <summary>How far the map is expected to be from the exact one, all in all.</summary>
    public MapUncertainty Uncertainty()
    {
        var (height, width) = _basis.Sizes;
        int[] rows = Lattice(height), columns = Lattice(width);
        int points = rows.Length * columns.Length;
        double[][] strengths = [.. Enumerable.Range(0, points).Select(i => _basis.At(rows[i / columns.Length], columns[i % columns.Length]))];
        Centre(strengths);
        double[][] whitened = new double[points][];
        Parallel.For(0, points, i => whitened[i] = _precision.Forward(strengths[i]));
        // tr V and tr V² of the posterior covariance over the lattice give the mean and the spread of the squared error.
        double[] traces = new double[points], squares = new double[points];
        Parallel.For(0, points, i =>
        {
            for (int j = 0; j < points; j++)
            {
                double covariance = _noise * TensorPrimitives.Dot<double>(whitened[i], whitened[j]);
                squares[i] += covariance * covariance;
                traces[i] += i == j ? covariance : 0;
            }
        });
        double signal = strengths.Sum(point => Math.Pow(TensorPrimitives.Dot<double>(point, _coefficients), 2)) / points;
        return MapUncertainty.Of(Math.Sqrt(signal), traces.Sum(), squares.Sum(), points);
    }

    /// <summary>A map's level is not part of what it says, so neither is the level's error.</summary>
    private static void Centre(double[][] strengths)
    {
        double[] mean = new double[strengths[0].Length];
        foreach (double[] point in strengths)
        {
            TensorPrimitives.MultiplyAdd(point, 1.0 / strengths.Length, mean, mean);
        }

        foreach (double[] point in strengths)
        {
            TensorPrimitives.Subtract(point, mean, point);
        }
    }

    private static int[] Lattice(int size)
    {
        int count = Math.Min(size, LatticeSide);
        return [.. Enumerable.Range(0, count).Select(i => ((2 * i) + 1) * size / (2 * count))];
    }
}
