using System.Numerics.Tensors;

namespace Unmask.Numerics;

/// <summary>A symmetric positive definite matrix as L·Lᵀ, L lower triangular.</summary>
internal sealed class Cholesky
{
    // Relative to the largest diagonal entry: smaller pivots mean columns that depend on others.
    private const double Dependent = 1e-12;

    private readonly int _size;
    private readonly double[] _lower;

    private Cholesky(int size, double[] lower)
    {
        _size = size;
        _lower = lower;
    }

    /// <summary>Factors a matrix given row by row, of which only the lower half is read; <c>null</c> when it is not positive definite (to 12 digits).</summary>
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
            var line = lower.AsSpan(row * size, row + 1);
            for (int column = 0; column < row; column++)
            {
                double dot = TensorPrimitives.Dot<double>(line[..column], lower.AsSpan(column * size, column));
                line[column] = (matrix[(row * size) + column] - dot) / lower[(column * size) + column];
            }

            double pivot = matrix[(row * size) + row] - TensorPrimitives.SumOfSquares<double>(line[..row]);
            if (!(pivot > Dependent * largest))
            {
                return null;
            }

            line[row] = Math.Sqrt(pivot);
        }

        return new(size, lower);
    }

    /// <summary>A row of L up to its diagonal.</summary>
    public ReadOnlySpan<double> Row(int row) => _lower.AsSpan(row * _size, row + 1);

    /// <summary>The x of (L·Lᵀ)·x = b.</summary>
    public double[] Solve(ReadOnlySpan<double> b)
    {
        double[] x = Forward(b);
        for (int row = _size - 1; row >= 0; row--)
        {
            x[row] /= _lower[(row * _size) + row];
            // What is known now is taken off all rows above: column `row` of Lᵀ is row `row` of L.
            TensorPrimitives.MultiplyAdd(_lower.AsSpan(row * _size, row), -x[row], x.AsSpan(0, row), x.AsSpan(0, row));
        }

        return x;
    }

    /// <summary>The z of L·z = b; its squared length is bᵀ(L·Lᵀ)⁻¹b.</summary>
    public double[] Forward(ReadOnlySpan<double> b)
    {
        double[] z = b.ToArray();
        for (int row = 0; row < _size; row++)
        {
            z[row] = (z[row] - TensorPrimitives.Dot<double>(_lower.AsSpan(row * _size, row), z.AsSpan(0, row))) / _lower[(row * _size) + row];
        }

        return z;
    }

    /// <summary>The inverse, row by row.</summary>
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
}
