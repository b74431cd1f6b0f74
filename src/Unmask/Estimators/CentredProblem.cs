using Unmask.Numerics;

namespace Unmask.Estimators;

/// <summary>A weighted linear regression with the means taken out: G = Σ π(z − m)(z − m)ᵀ and c = Σ π(z − m)(y − ȳ) are all that a fit needs.</summary>
/// <param name="Gram">G, size × size.</param>
/// <param name="Covariance">c.</param>
/// <param name="TotalWeight">Σ π.</param>
internal sealed record CentredProblem(double[] Gram, double[] Covariance, double TotalWeight)
{
    // The lasso stops when no coefficient moves by more than this part of the largest.
    private const double Settled = 1e-12;
    private const int MaxRounds = 100_000;

    public int Size => Covariance.Length;

    /// <summary>The problem of some of the columns.</summary>
    public CentredProblem Of(int[] columns)
    {
        double[] gram = new double[columns.Length * columns.Length];
        for (int a = 0; a < columns.Length; a++)
        {
            for (int b = 0; b < columns.Length; b++)
            {
                gram[(a * columns.Length) + b] = Gram[(columns[a] * Size) + columns[b]];
            }
        }

        return new(gram, [.. columns.Select(column => Covariance[column])], TotalWeight);
    }

    /// <summary>G + αI factored; <c>null</c> when columns depend on each other.</summary>
    public Cholesky? Factor(double alpha)
    {
        double[] matrix = [.. Gram];
        for (int i = 0; i < Size; i++)
        {
            matrix[(i * Size) + i] += alpha;
        }

        return Cholesky.Of(matrix, Size);
    }

    /// <summary>min ½·βᵀGβ ÷ Σπ − c·β ÷ Σπ + α·‖β‖₁, one coordinate at a time.</summary>
    public double[] Lasso(double alpha)
    {
        double[] beta = new double[Size], pull = [.. Covariance];
        for (int round = 0; round < MaxRounds; round++)
        {
            double moved = 0, largest = 0;
            for (int j = 0; j < Size; j++)
            {
                double own = Gram[(j * Size) + j];
                if (own <= 0)
                {
                    continue;
                }

                double free = pull[j] + (own * beta[j]);
                double next = Math.CopySign(Math.Max(0, Math.Abs(free) - (alpha * TotalWeight)), free) / own, step = next - beta[j];
                if (step != 0)
                {
                    beta[j] = next;
                    System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(Gram.AsSpan(j * Size, Size), -step, pull, pull);
                }

                moved = Math.Max(moved, Math.Abs(step));
                largest = Math.Max(largest, Math.Abs(beta[j]));
            }

            if (moved <= Settled * largest)
            {
                break;
            }
        }

        return beta;
    }

    /// <summary>The columns that a selection chooses, in ascending order.</summary>
    public int[] Select(FeatureSelection selection) => selection.Kind switch
    {
        _ when selection.Kind == FeatureSelectionKind.None || selection.Count >= Size => [.. Enumerable.Range(0, Size)],
        FeatureSelectionKind.HighestWeights => HighestWeights(selection.Count),
        _ => Forward(selection.Count),
    };

    private int[] HighestWeights(int count)
    {
        const double alpha = 0.01;
        // With α above 0 the matrix is positive definite whatever the columns.
        double[] beta = (Factor(alpha) ?? throw new System.Diagnostics.UnreachableException()).Solve(Covariance);
        return [.. Enumerable.Range(0, Size).OrderByDescending(column => Math.Abs(beta[column])).Take(count).Order()];
    }

    /// <summary>Greedy: takes the column whose part that is new explains most, then takes that part out of all others.</summary>
    private int[] Forward(int count)
    {
        double[] left = [.. Gram], pull = [.. Covariance];
        var chosen = new List<int>();
        while (chosen.Count < count)
        {
            int best = -1;
            double gain = 0;
            for (int j = 0; j < Size; j++)
            {
                double fresh = left[(j * Size) + j];
                if (!chosen.Contains(j) && fresh > 1e-10 * Gram[(j * Size) + j] && pull[j] * pull[j] / fresh > gain)
                {
                    (best, gain) = (j, pull[j] * pull[j] / fresh);
                }
            }

            if (best < 0)
            {
                break;
            }

            chosen.Add(best);
            TakeOut(best, left, pull);
        }

        return [.. chosen.Order()];
    }

    private void TakeOut(int column, double[] left, double[] pull)
    {
        double[] row = left.AsSpan(column * Size, Size).ToArray();
        double pivot = row[column], pulled = pull[column];
        for (int i = 0; i < Size; i++)
        {
            pull[i] -= row[i] * pulled / pivot;
            System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(row, -row[i] / pivot, left.AsSpan(i * Size, Size), left.AsSpan(i * Size, Size));
        }
    }
}
