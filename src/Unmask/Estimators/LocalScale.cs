namespace Unmask;

/// <summary>How large the weights of a regression are from place to place: where a first fit found evidence, a second one may expect more of it.</summary>
internal static class LocalScale
{
    // The neighbourhood's standard deviation, as a fraction of the input's side.
    private const double Reach = 0.1;

    // No place is ruled out: the least variance, as a share of the largest.
    private const double Floor = 0.01;

    /// <summary>√(mean of w² over the neighbourhood ÷ its largest + 0.01), one number a bin; 1 everywhere for weights that are all 0.</summary>
    public static double[] Of(PooledGrid grid, double[] weights)
    {
        double[,] down = Kernel(grid.Down), across = Kernel(grid.Across);
        int rows = grid.Down.Bins, columns = grid.Across.Bins;
        double[] half = new double[weights.Length], energy = new double[weights.Length];
        for (int bin = 0; bin < weights.Length; bin++)
        {
            for (int other = 0; other < columns; other++)
            {
                double weight = weights[(bin / columns * columns) + other];
                half[bin] += across[bin % columns, other] * weight * weight;
            }
        }

        for (int bin = 0; bin < weights.Length; bin++)
        {
            for (int other = 0; other < rows; other++)
            {
                energy[bin] += down[bin / columns, other] * half[(other * columns) + (bin % columns)];
            }
        }

        double largest = energy.Max();
        return [.. energy.Select(value => largest > 0 ? Math.Sqrt((value / largest) + Floor) : 1)];
    }

    /// <summary>Gaussian weights between the bins of an axis, each row with the sum 1.</summary>
    private static double[,] Kernel(PooledAxis axis)
    {
        double[,] kernel = new double[axis.Bins, axis.Bins];
        for (int bin = 0; bin < axis.Bins; bin++)
        {
            double[] row = [.. Enumerable.Range(0, axis.Bins).Select(other => Math.Exp(-0.5 * Math.Pow((axis.Centre(bin) - axis.Centre(other)) / Reach, 2)))];
            double sum = row.Sum();
            for (int other = 0; other < axis.Bins; other++)
            {
                kernel[bin, other] = row[other] / sum;
            }
        }

        return kernel;
    }
}
