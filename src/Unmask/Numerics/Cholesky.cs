using System.Numerics.Tensors;

namespace Unmask.Numerics;

/// <summary>A symmetric positive definite matrix as L·Lᵀ, in double precision: for normal equations of up to some thousands of unknowns.</summary>
internal sealed class Cholesky
{
    // Relative to the largest diagonal entry: smaller pivots mean columns that depend on others.
    private const double Dependent = 1e-12;

    private readonly int _size;
    private readonly double[] _lower;

    private Cholesky(double[] lower, int size)
    {
        _lower = lower;
        _size = size;
    }

    /// <summary>Factors a matrix.</summary>
    /// <param name="matrix">size × size, row by row; only the lower half is read.</param>
    /// <param name="size">Rows.</param>
    /// <returns><c>null</c> when the matrix is not positive definite (to 12 digits).</returns>
    public static Cholesky? Of(ReadOnlySpan<double> matrix, int size)
    {
        double[] lower = new double[size * size];
        double largest = 0;
        for (int i = 0; i < size; i++)
        {
            largest = Math.Max(largest, matrix[(i * size) + i]);
        }

        for (int row = 0; row < size; row++)
        {
            for (int column = 0; column <= row; column++)
            {
                double left = matrix[(row * size) + column] - TensorPrimitives.Dot(Part(lower, row, column, size), Part(lower, column, column, size));
                if (column < row)
                {
                    lower[(row * size) + column] = left / lower[(column * size) + column];
                }
                else if (left > Dependent * largest)
                {
                    lower[(row * size) + row] = Math.Sqrt(left);
                }
                else
                {
                    return null;
                }
            }
        }

        return new(lower, size);
    }

    /// <summary>x of L·Lᵀ·x = b.</summary>
    public double[] Solve(ReadOnlySpan<double> b)
    {
        double[] x = new double[_size];
        for (int row = 0; row < _size; row++)
        {
            x[row] = (b[row] - TensorPrimitives.Dot(Part(_lower, row, row, _size), x.AsSpan(0, row))) / _lower[(row * _size) + row];
        }

        for (int row = _size - 1; row >= 0; row--)
        {
            x[row] /= _lower[(row * _size) + row];
            TensorPrimitives.MultiplyAdd(Part(_lower, row, row, _size), -x[row], x.AsSpan(0, row), x.AsSpan(0, row));
        }

        return x;
    }

    /// <summary>The inverse, size × size.</summary>
    public double[] Inverse()
    {
        double[] inverse = new double[_size * _size], unit = new double[_size];
        for (int row = 0; row < _size; row++)
        {
            unit[row] = 1;
            // The inverse is symmetric: its columns are its rows.
            Solve(unit).CopyTo(inverse, row * _size);
            unit[row] = 0;
        }

        return inverse;
    }

    /// <summary>The first elements of a row.</summary>
    private static ReadOnlySpan<double> Part(double[] matrix, int row, int length, int size) => matrix.AsSpan(row * size, length);
}
