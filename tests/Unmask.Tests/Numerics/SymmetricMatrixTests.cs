using Unmask.Numerics;

namespace Unmask.Tests.Numerics;

/// <summary>Small linear algebra against its definitions, on random positive definite matrices.</summary>
public sealed class SymmetricMatrixTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(20)]
    public void Cholesky_solves(int size)
    {
        double[] matrix = PositiveDefinite(size, seed: 1), wanted = Vector(size, 2), b = Product(matrix, wanted);
        var factor = Cholesky.Of(matrix, size)!;
        Equal(wanted, factor.Solve(b), 1e-9);
        double quadratic = wanted.Zip(b, (x, y) => x * y).Sum();
        Assert.Equal(quadratic, factor.Forward(b).Sum(z => z * z), 1e-9 * Math.Abs(quadratic));
    }

    [Fact]
    public void Cholesky_refuses_what_is_not_positive_definite() => Assert.Null(Cholesky.Of([1, 2, 2, 1], 2));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(25)]
    public void Three_diagonals_give_the_determinant_and_quadratic_form_of_every_shift(int size)
    {
        double[] matrix = PositiveDefinite(size, seed: 3), b = Vector(size, 4);
        var reduced = Tridiagonal.Reduce([.. matrix], size);
        double[] rotated = reduced.Rotate(b);
        foreach (double lambda in new[] { 0.01, 1, 30 })
        {
            double[] shifted = [.. matrix];
            for (int i = 0; i < size; i++)
            {
                shifted[(i * size) + i] += lambda;
            }

            var (logDeterminant, quadratic) = reduced.Shifted(lambda, rotated);
            double[] z = Cholesky.Of(shifted, size)!.Forward(b);
            Assert.Equal(z.Sum(value => value * value), quadratic, 1e-9);
            Assert.Equal(LogDeterminant(shifted, size), logDeterminant, 1e-9);
        }
    }

    [Fact]
    public void Eigenvectors_are_orthonormal_and_rebuild_the_matrix()
    {
        const int size = 12;
        double[] flat = PositiveDefinite(size, seed: 5);
        double[,] matrix = new double[size, size];
        Buffer.BlockCopy(flat, 0, matrix, 0, flat.Length * sizeof(double));
        var (vectors, values) = SymmetricEigen.Of(matrix);
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                Assert.Equal(i == j ? 1 : 0, Enumerable.Range(0, size).Sum(k => vectors[k, i] * vectors[k, j]), 1e-10);
                Assert.Equal(matrix[i, j], Enumerable.Range(0, size).Sum(k => values[k] * vectors[i, k] * vectors[j, k]), 1e-10);
            }
        }
    }

    private static double LogDeterminant(double[] matrix, int size)
    {
        double[,] a = new double[size, size];
        Buffer.BlockCopy(matrix, 0, a, 0, matrix.Length * sizeof(double));
        return SymmetricEigen.Of(a).Values.Sum(Math.Log);
    }

    private static double[] Vector(int size, ulong seed) => [.. Support.LinearModels.Values(size, seed).Select(value => (double)value)];

    private static double[] PositiveDefinite(int size, ulong seed)
    {
        double[] factor = Vector(size * size, seed), matrix = new double[size * size];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                matrix[(i * size) + j] = Enumerable.Range(0, size).Sum(k => factor[(i * size) + k] * factor[(j * size) + k]) + (i == j ? 0.5 : 0);
            }
        }

        return matrix;
    }

    private static double[] Product(double[] matrix, double[] vector) =>
        [.. Enumerable.Range(0, vector.Length).Select(row => Enumerable.Range(0, vector.Length).Sum(column => matrix[(row * vector.Length) + column] * vector[column]))];

    private static void Equal(double[] expected, double[] actual, double tolerance) => Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
}
