namespace Unmask.Numerics;

/// <summary>The projection of a matrix on its first right singular vector, by Lanczos' method: only products with the matrix and its transpose, no K × K matrix.</summary>
/// <remarks>
/// Golub, Van Loan, «Matrix Computations», §10.1: the largest eigenpair of CCᵀ from a Krylov space, here with full orthogonalisation and restarted from
/// the best vector until its residual is at the limit of rounding.
/// </remarks>
internal static class LeadingComponent
{
    private const int MostSteps = 40;
    private const int MostRestarts = 50;
    private const double Residual = 1e-13;

    /// <summary>C v for the unit vector v that makes it longest; zeros when the matrix is zero. Its sign is arbitrary.</summary>
    /// <param name="columns">The columns of C, all of one length.</param>
    public static double[] Of(double[][] columns)
    {
        int length = columns[0].Length;
        double[] best = new double[length];
        var random = Rng.At(0, 0);
        for (int i = 0; i < length; i++)
        {
            best[i] = random.NextDouble() - 0.5;
        }

        double eigenvalue = 0;
        for (int restart = 0; restart < MostRestarts; restart++)
        {
            (eigenvalue, best, double residual) = Improve(columns, best, Math.Min(MostSteps, length));
            if (residual <= Residual * eigenvalue)
            {
                break;
            }
        }

        // CCᵀu = σ²u, and C v = σ u.
        return [.. best.Select(value => value * Math.Sqrt(Math.Max(0, eigenvalue)))];
    }

    /// <summary>The best eigenpair in the space of u, CCᵀu, (CCᵀ)²u, …</summary>
    private static (double Eigenvalue, double[] Vector, double Residual) Improve(double[][] columns, double[] start, int steps)
    {
        var basis = new List<double[]> { Scaled(start, 1 / Norm(start)) };
        double[,] small = new double[steps, steps];
        int size = 0;
        double next = 0;
        while (size < steps)
        {
            double[] product = Squared(columns, basis[size]);
            small[size, size] = Dot(product, basis[size]);
            Orthogonalize(product, basis);
            next = Norm(product);
            size++;
            if (size == steps || next <= Residual * small[0, 0])
            {
                break;
            }

            small[size - 1, size] = small[size, size - 1] = next;
            basis.Add(Scaled(product, 1 / next));
        }

        return Ritz(small, size, basis, next);
    }

    private static (double Eigenvalue, double[] Vector, double Residual) Ritz(double[,] small, int size, List<double[]> basis, double next)
    {
        double[,] used = new double[size, size];
        for (int i = 0; i < size * size; i++)
        {
            used[i / size, i % size] = small[i / size, i % size];
        }

        var (vectors, values) = SymmetricEigen.Of(used);
        int largest = Array.IndexOf(values, values.Max());
        double[] vector = new double[basis[0].Length];
        for (int i = 0; i < size; i++)
        {
            Add(vector, basis[i], vectors[i, largest]);
        }

        return (values[largest], Scaled(vector, 1 / Norm(vector)), Math.Abs(next * vectors[size - 1, largest]));
    }

    /// <summary>C Cᵀ u.</summary>
    private static double[] Squared(double[][] columns, double[] u)
    {
        double[] product = new double[u.Length];
        foreach (double[] column in columns)
        {
            Add(product, column, Dot(column, u));
        }

        return product;
    }

    /// <summary>Twice, since once leaves rounding errors of the size of what is taken away.</summary>
    private static void Orthogonalize(double[] vector, List<double[]> basis)
    {
        for (int pass = 0; pass < 2; pass++)
        {
            foreach (double[] other in basis)
            {
                Add(vector, other, -Dot(vector, other));
            }
        }
    }

    private static double Dot(double[] a, double[] b) => System.Numerics.Tensors.TensorPrimitives.Dot<double>(a, b);

    private static double Norm(double[] vector) => Math.Sqrt(Dot(vector, vector));

    private static double[] Scaled(double[] vector, double factor) => [.. vector.Select(value => value * factor)];

    private static void Add(double[] vector, double[] other, double factor) => System.Numerics.Tensors.TensorPrimitives.MultiplyAdd<double>(other, factor, vector, vector);
}
