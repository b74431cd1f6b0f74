using System.Numerics.Tensors;

namespace Unmask.Numerics;

/// <summary>
/// A symmetric matrix reduced to three diagonals by Householder reflections, A = Q·T·Qᵀ. Shifts by λ·I then cost O(n): the determinant and
/// quadratic forms of (A + λI)⁻¹ for any number of λ, without the eigenvectors that nobody needs.
/// </summary>
internal sealed class Tridiagonal
{
    private readonly int _size;
    private readonly double[] _diagonal;
    private readonly double[] _below;
    private readonly double[][] _reflections;

    private Tridiagonal(int size, double[] diagonal, double[] below, double[][] reflections)
    {
        _size = size;
        _diagonal = diagonal;
        _below = below;
        _reflections = reflections;
    }

    /// <summary>Reduces a symmetric matrix, row by row; the array is overwritten.</summary>
    public static Tridiagonal Reduce(double[] matrix, int size)
    {
        double[] diagonal = new double[size], below = new double[size];
        double[][] reflections = new double[Math.Max(0, size - 2)][];
        double[] product = new double[size];
        for (int step = 0; step < size - 2; step++)
        {
            int first = step + 1, length = size - first;
            var column = matrix.AsSpan((step * size) + first, length);
            double[] v = column.ToArray();
            double norm = Math.Sqrt(TensorPrimitives.SumOfSquares<double>(v));
            diagonal[step] = matrix[(step * size) + step];
            below[step] = v[0] > 0 ? -norm : norm;
            v[0] -= below[step];
            double squared = TensorPrimitives.SumOfSquares<double>(v);
            if (squared > 0)
            {
                TensorPrimitives.Multiply(v, 1 / Math.Sqrt(squared), v);
                Reflect(matrix, size, first, v, product.AsSpan(0, length));
            }

            reflections[step] = v;
        }

        for (int i = Math.Max(0, size - 2); i < size; i++)
        {
            diagonal[i] = matrix[(i * size) + i];
            below[i] = i + 1 < size ? matrix[(i * size) + i + 1] : 0;
        }

        return new(size, diagonal, below, reflections);
    }

    /// <summary>Qᵀ·b.</summary>
    public double[] Rotate(ReadOnlySpan<double> vector)
    {
        double[] rotated = vector.ToArray();
        for (int step = 0; step < _reflections.Length; step++)
        {
            var tail = rotated.AsSpan(step + 1);
            double[] v = _reflections[step];
            TensorPrimitives.MultiplyAdd(v, -2 * TensorPrimitives.Dot<double>(v, tail), tail, tail);
        }

        return rotated;
    }

    /// <summary>log det (A + λI), and bᵀ(A + λI)⁻¹b for a rotated b; λ must make the matrix positive definite.</summary>
    public (double LogDeterminant, double Quadratic) Shifted(double lambda, ReadOnlySpan<double> rotated)
    {
        // T + λI = L·D·Lᵀ with L unit lower bidiagonal.
        double logDeterminant = 0, quadratic = 0, pivot = 1, forward = 0, previous = 0;
        for (int i = 0; i < _size; i++)
        {
            double factor = i == 0 ? 0 : previous / pivot;
            pivot = _diagonal[i] + lambda - (factor * previous);
            forward = rotated[i] - (factor * forward);
            logDeterminant += Math.Log(pivot);
            quadratic += forward * forward / pivot;
            previous = _below[i];
        }

        return (logDeterminant, quadratic);
    }

    /// <summary>A ← H·A·H with H = I − 2vvᵀ on the trailing block: A − 2(v·wᵀ + w·vᵀ), w = Av − (vᵀAv)v.</summary>
    private static void Reflect(double[] matrix, int size, int first, double[] v, Span<double> w)
    {
        for (int row = 0; row < v.Length; row++)
        {
            w[row] = TensorPrimitives.Dot<double>(matrix.AsSpan(((first + row) * size) + first, v.Length), v);
        }

        TensorPrimitives.MultiplyAdd(v, -TensorPrimitives.Dot<double>(v, w), w, w);
        for (int row = 0; row < v.Length; row++)
        {
            var line = matrix.AsSpan(((first + row) * size) + first, v.Length);
            TensorPrimitives.MultiplyAdd(w, -2 * v[row], line, line);
            TensorPrimitives.MultiplyAdd(v, -2 * w[row], line, line);
        }
    }
}
