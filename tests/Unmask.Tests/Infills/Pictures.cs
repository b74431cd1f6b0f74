using Unmask.Tests.Support;

namespace Unmask.Tests.Infills;

/// <summary>Inputs and masks for in-fills.</summary>
internal static class Pictures
{
    public static ModelInput Of(int channels, int height, int width, Func<int, int, int, double> value, Preprocessing? preprocessing = null)
    {
        float[] values = new float[channels * height * width];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)value(i / (height * width), i / width % height, i % width);
        }

        return new(values, LinearModels.Layout(channels, height, width), preprocessing ?? Preprocessing.Unit);
    }

    public static ModelInput Random(int channels, int height, int width, ulong seed, Preprocessing? preprocessing = null) =>
        new(LinearModels.Values(channels * height * width, seed), LinearModels.Layout(channels, height, width), preprocessing ?? Preprocessing.Unit);

    /// <summary>A mask in which the places are hidden that a predicate names.</summary>
    public static float[] Mask(int height, int width, Func<int, int, bool> hidden) =>
        [.. Enumerable.Range(0, height * width).Select(place => hidden(place / width, place % width) ? 0f : 1f)];

    public static float[] RandomMask(int height, int width, double keepProbability, ulong seed)
    {
        var random = Rng.At(seed, 1);
        float[] mask = new float[height * width];
        for (int i = 0; i < mask.Length; i++)
        {
            mask[i] = random.NextDouble() < keepProbability ? 1 : 0;
        }

        return mask;
    }

    public static float[] Fill(string infill, ModelInput input, float[] keep, ulong seed = 0, long draw = 0) => Infill.Parse(infill).Fill(input, keep, seed, draw);

    /// <summary>x of A·x = b by elimination with pivots.</summary>
    public static double[] Solve(double[,] matrix, double[] b)
    {
        int n = b.Length;
        double[,] a = (double[,])matrix.Clone();
        double[] x = [.. b];
        for (int column = 0; column < n; column++)
        {
            int pivot = Enumerable.Range(column, n - column).MaxBy(row => Math.Abs(a[row, column]));
            for (int k = 0; k < n; k++)
            {
                (a[column, k], a[pivot, k]) = (a[pivot, k], a[column, k]);
            }

            (x[column], x[pivot]) = (x[pivot], x[column]);
            for (int row = 0; row < n; row++)
            {
                double factor = row == column ? 0 : a[row, column] / a[column, column];
                for (int k = column; k < n && factor != 0; k++)
                {
                    a[row, k] -= factor * a[column, k];
                }

                x[row] -= factor * x[column];
            }
        }

        return [.. x.Select((value, row) => value / a[row, row])];
    }
}
