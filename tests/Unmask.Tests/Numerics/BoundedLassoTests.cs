using Unmask.Numerics;
using Unmask.Tests.Support;

namespace Unmask.Tests.Numerics;

/// <summary>The minimum is known by its conditions: active elements fall alike, others less, and the bound is met.</summary>
public sealed class BoundedLassoTests
{
    [Theory]
    [InlineData(30, 80, 0.5, false)]
    [InlineData(30, 80, 0.5, true)]
    [InlineData(60, 20, 1.5, false)]
    [InlineData(60, 20, 0.5, true)]
    public void The_conditions_of_the_minimum_hold(int rows, int columns, double bound, bool nonNegative)
    {
        var x = Random(rows, columns, 3);
        double[] y = Wide(LinearModels.Values(rows, 4));
        var fit = new BoundedLasso(x, bound, nonNegative).Solve(y);
        double[] slopes = Slopes(x, y, fit.Weights);
        double level = fit.Weights.Zip(slopes).Where(pair => pair.First != 0).Max(pair => Math.Abs(pair.Second));
        Assert.Equal(bound, fit.Weights.Sum(Math.Abs), 1e-9);
        Assert.InRange(fit.Weights.Count(weight => weight != 0), 2, columns - 1);
        foreach (var (weight, slope) in fit.Weights.Zip(slopes))
        {
            if (weight != 0)
            {
                Assert.Equal(level, slope * Math.Sign(weight), 1e-9);
            }

            Assert.True((nonNegative ? slope : Math.Abs(slope)) <= level + 1e-9, $"{slope} outside");
            Assert.True(!nonNegative || weight >= 0);
        }

        Assert.InRange(fit.Gap, 0, 1e-9);
    }

    [Fact]
    public void Of_orthogonal_columns_it_is_y_nearer_to_zero()
    {
        // The point of the ball ‖w‖₁ ≤ 2 that is nearest to y: all by 1 nearer to zero, but not beyond it; of what is not negative by 0.625.
        float[][] identity = [.. Enumerable.Range(0, 4).Select(i => Enumerable.Range(0, 4).Select(j => i == j ? 1f : 0).ToArray())];
        double[] y = [2.5, -1.5, 0.75, 0];
        Assert.Equal([1.5, -0.5, 0, 0], new BoundedLasso(identity, 2, nonNegative: false).Solve(y).Weights.Select(weight => Math.Round(weight, 9)));
        Assert.Equal([1.875, 0, 0.125, 0], new BoundedLasso(identity, 2, nonNegative: true).Solve(y).Weights.Select(weight => Math.Round(weight, 9)));
    }

    [Fact]
    public void A_bound_that_is_not_met_leaves_least_squares()
    {
        var x = Random(25, 6, 5);
        double[] y = Wide(LinearModels.Values(25, 6));
        var fit = new BoundedLasso(x, 100, nonNegative: false).Solve(y);
        Assert.True(fit.Weights.Sum(Math.Abs) < 100);
        Assert.All(Slopes(x, y, fit.Weights), slope => Assert.Equal(0, slope, 1e-6));
    }

    [Fact]
    public void Columns_that_are_equal_or_zero_do_no_harm()
    {
        var x = Random(20, 10, 7).Select(row => (float[])[.. row, .. row, 0, 0]).ToArray();
        double[] y = Wide(LinearModels.Values(20, 8));
        var twice = new BoundedLasso(x, 0.8, nonNegative: false).Solve(y);
        var once = new BoundedLasso([.. x.Select(row => row[..10])], 0.8, nonNegative: false).Solve(y);
        Assert.Equal(once.Error, twice.Error, 1e-9);
        Assert.InRange(twice.Gap, 0, 1e-9);
        Assert.Equal([0, 0], twice.Weights[20..]);
        Assert.All(new BoundedLasso(x, 0.8, nonNegative: false).Solve(new double[20]).Weights, weight => Assert.Equal(0, weight));
    }

    [Fact]
    public void Planted_columns_are_found_among_hundreds_that_are_nearly_alike()
    {
        // As shares of activity are: all positive, alike in size, so that every column looks like every other.
        const int rows = 60, columns = 400;
        int[] planted = [17, 230];
        float[][] x = [.. Random(rows, columns, 9).Select(row => row.Select(value => 1 + (0.2f * value)).ToArray())];
        double[] y = [.. x.Select(row => planted.Sum(column => 0.5 * row[column]))];
        var fit = new BoundedLasso(x, 1, nonNegative: false).Solve(y);
        Assert.Equal(planted, fit.Weights.Index().Where(one => Math.Abs(one.Item) > 1e-6).Select(one => one.Index));
        Assert.All(planted, column => Assert.Equal(0.5, fit.Weights[column], 1e-6));
    }

    private static double[] Slopes(float[][] x, double[] y, double[] weights)
    {
        double[] rest = [.. x.Select((row, i) => y[i] - row.Zip(weights, (value, weight) => value * weight).Sum())];
        return [.. Enumerable.Range(0, weights.Length).Select(column => x.Select((row, i) => row[column] * rest[i]).Sum())];
    }

    private static float[][] Random(int rows, int columns, ulong seed) => [.. LinearModels.Values(rows * columns, seed).Chunk(columns)];

    private static double[] Wide(float[] values) => [.. values.Select(value => (double)value)];
}
