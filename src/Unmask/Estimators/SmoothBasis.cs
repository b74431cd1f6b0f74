using System.Numerics.Tensors;
using Unmask.Numerics;

namespace Unmask;

/// <summary>
/// An orthonormal basis of the smooth prior on a lattice of bins: w = Σ aₖ·bₖ with independent aₖ ~ N(0, s²). The kernel is a product of one a
/// direction, so its basis is made of products of the two one-dimensional ones. The prior may be wider at some bins than at others.
/// </summary>
internal sealed class SmoothBasis
{
    private readonly PooledGrid _grid;
    private readonly double[,] _down;
    private readonly double[,] _across;
    private readonly (int Down, int Across)[] _pairs;
    private readonly double[]? _scales;

    public SmoothBasis(PooledGrid grid, double length, double smallestShare)
    {
        _grid = grid;
        double[] downScales, acrossScales;
        (_down, downScales) = OneAxis(grid.Down, length);
        (_across, acrossScales) = OneAxis(grid.Across, length);
        double largest = downScales.Max() * acrossScales.Max();
        _pairs = [.. from row in Enumerable.Range(0, grid.Down.Bins)
                     from column in Enumerable.Range(0, grid.Across.Bins)
                     where downScales[row] * acrossScales[column] > smallestShare * largest
                     select (row, column)];
    }

    private SmoothBasis(SmoothBasis other, double[] scales)
    {
        (_grid, _down, _across, _pairs) = (other._grid, other._down, other._across, other._pairs);
        _scales = scales;
    }

    /// <summary>The number of directions.</summary>
    public int Count => _pairs.Length;

    /// <summary>The same prior with its standard deviation at each bin multiplied: K becomes D·K·D.</summary>
    public SmoothBasis Scaled(double[] scales) => new(this, scales);

    /// <summary>Bᵀ·S·B of a symmetric matrix over the bins, row by row.</summary>
    public double[] Project(double[] scatter)
    {
        int bins = _grid.Bins;
        double[] half = new double[bins * Count];
        Parallel.For(0, bins, row => ProjectVector(scatter.AsSpan(row * bins, bins)).CopyTo(half.AsSpan(row * Count)));
        double[] projected = new double[Count * Count];
        Parallel.For(0, Count, column =>
        {
            double[] line = new double[bins];
            for (int row = 0; row < bins; row++)
            {
                line[row] = half[(row * Count) + column];
            }

            ProjectVector(line).CopyTo(projected.AsSpan(column * Count));
        });
        return projected;
    }

    /// <summary>Bᵀ·v of a vector over the bins.</summary>
    public double[] ProjectVector(ReadOnlySpan<double> values)
    {
        if (_scales is null)
        {
            return Transform(values);
        }

        double[] scaled = new double[values.Length];
        TensorPrimitives.Multiply(values, _scales, scaled);
        return Transform(scaled);
    }

    /// <summary>w = B·a: the weights of the bins that coefficients stand for.</summary>
    /// <param name="coefficients">One number a direction.</param>
    public double[] Weights(ReadOnlySpan<double> coefficients)
    {
        int rows = _grid.Down.Bins, columns = _grid.Across.Bins;
        double[] half = new double[rows * columns], weights = new double[rows * columns];
        for (int pair = 0; pair < Count; pair++)
        {
            var (row, column) = _pairs[pair];
            for (int bin = 0; bin < columns; bin++)
            {
                half[(row * columns) + bin] += coefficients[pair] * _across[bin, column];
            }
        }

        for (int bin = 0; bin < rows; bin++)
        {
            var line = weights.AsSpan(bin * columns, columns);
            for (int row = 0; row < rows; row++)
            {
                TensorPrimitives.MultiplyAdd(half.AsSpan(row * columns, columns), _down[bin, row], line, line);
            }
        }

        if (_scales is not null)
        {
            TensorPrimitives.Multiply(weights, _scales, weights);
        }

        return weights;
    }

    /// <summary>How strongly each direction shows at one element of the map.</summary>
    public double[] At(int y, int x) => ProjectVector(_grid.ResponseAt(y, x));

    /// <summary>Height and width of the map.</summary>
    public (int Height, int Width) Sizes => (_grid.Down.Size, _grid.Across.Size);

    private double[] Transform(ReadOnlySpan<double> values)
    {
        int rows = _grid.Down.Bins, columns = _grid.Across.Bins;
        double[] half = new double[rows * columns];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                double value = values[(row * columns) + column];
                for (int direction = 0; direction < columns; direction++)
                {
                    half[(row * columns) + direction] += value * _across[column, direction];
                }
            }
        }

        double[] transformed = new double[Count];
        for (int pair = 0; pair < transformed.Length; pair++)
        {
            double sum = 0;
            for (int row = 0; row < rows; row++)
            {
                sum += half[(row * columns) + _pairs[pair].Across] * _down[row, _pairs[pair].Down];
            }

            transformed[pair] = sum;
        }

        return transformed;
    }

    /// <summary>The eigenvectors of the one-dimensional kernel, each times the root of its eigenvalue, and the eigenvalues.</summary>
    private static (double[,] Basis, double[] Scales) OneAxis(PooledAxis axis, double length)
    {
        double[,] kernel = new double[axis.Bins, axis.Bins];
        for (int i = 0; i < axis.Bins; i++)
        {
            for (int j = 0; j < axis.Bins; j++)
            {
                double distance = (axis.Centre(i) - axis.Centre(j)) / length;
                kernel[i, j] = Math.Exp(-0.5 * distance * distance);
            }
        }

        var (vectors, values) = SymmetricEigen.Of(kernel);
        for (int direction = 0; direction < axis.Bins; direction++)
        {
            double root = Math.Sqrt(Math.Max(0, values[direction]));
            for (int bin = 0; bin < axis.Bins; bin++)
            {
                vectors[bin, direction] *= root;
            }
        }

        return (vectors, values);
    }
}
