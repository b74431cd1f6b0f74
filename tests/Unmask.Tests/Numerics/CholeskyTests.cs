using Unmask.Numerics;

namespace Unmask.Tests.Numerics;

public sealed class CholeskyTests
{
    [Fact]
    public void Solves_what_it_factored()
    {
        const int size = 40;
        double[] matrix = Gram(size, size + 10), wanted = [.. Enumerable.Range(0, size).Select(i => Math.Sin(i) + 0.5)];
        double[] b = Times(matrix, wanted);
        double[] found = Cholesky.Of(matrix, size)!.Solve(b);
        Assert.All(wanted.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-8));
    }

    [Fact]
    public void The_inverse_times_the_matrix_is_the_identity()
    {
        const int size = 12;
        double[] matrix = Gram(size, 30), inverse = Cholesky.Of(matrix, size)!.Inverse();
        for (int column = 0; column < size; column++)
        {
            double[] unit = Times(matrix, [.. Enumerable.Range(0, size).Select(row => inverse[(row * size) + column])]);
            Assert.All(unit.Select((value, row) => (value, row)), entry => Assert.Equal(entry.row == column ? 1 : 0, entry.value, 1e-9));
        }
    }

    [Fact]
    public void A_matrix_of_lower_rank_is_refused() => Assert.Null(Cholesky.Of(Gram(10, 9), 10));

    private static double[] Gram(int size, int rows)
    {
        double[] gram = new double[size * size];
        for (int row = 0; row < rows; row++)
        {
            var random = Rng.At(3, row);
            double[] x = [.. Enumerable.Range(0, size).Select(_ => random.NextDouble() - 0.5)];
            for (int i = 0; i < gram.Length; i++)
            {
                gram[i] += x[i / size] * x[i % size];
            }
        }

        return gram;
    }

    private static double[] Times(double[] matrix, double[] x)
    {
        double[] product = new double[x.Length];
        for (int i = 0; i < matrix.Length; i++)
        {
            product[i / x.Length] += matrix[i] * x[i % x.Length];
        }

        return product;
    }
}
