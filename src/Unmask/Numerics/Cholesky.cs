using System.Numerics.Tensors;

namespace Unmask;

/// <summary>A symmetric positive definite matrix as L·Lᵀ, L lower triangular.</summary>
internal sealed class Cholesky
{
    private readonly int _size;
    private readonly double[] _lower;

    private Cholesky(int size, double[] lower)
    {
        _size = size;
        _lower = lower;
    }

    /// <summary>Factors a matrix given row by row; <c>null</c> when it is not positive definite.</summary>
    public static Cholesky? Factor(ReadOnlySpan<double> matrix, int size)
    {
        double[] lower = new double[size * size];
        for (int row = 0; row < size; row++)
        {
            var line = lower.AsSpan(row * size, row + 1);
            for (int column = 0; column < row; column++)
            {
                double dot = TensorPrimitives.Dot<double>(line[..column], lower.AsSpan(column * size, column));
                line[column] = (matrix[(row * size) + column] - dot) / lower[(column * size) + column];
            }

            double pivot = matrix[(row * size) + row] - TensorPrimitives.SumOfSquares<double>(line[..row]);
            if (!(pivot > 0))
            {
                return null;
            }

            line[row] = Math.Sqrt(pivot);
        }

        return new(size, lower);
    }

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
}
