using Unmask.Tests.Support;

namespace Unmask.Tests.Infills;

/// <summary>PDA's conditional normal distribution.</summary>
public sealed class LocalGaussianInfillTests
{
    private const int Side = 7;

    [Fact]
    public void The_mean_is_that_of_the_conditional_distribution()
    {
        var (picture, keep, hidden, mean, _) = Conditional(seed: 1);
        float[] filled = Pictures.Fill("local-gaussian:draw=mean,padding=1", picture, keep);
        Assert.All(hidden.Zip(mean), pair => Assert.Equal(pair.Second, filled[pair.First], 4));
        Assert.All(Enumerable.Range(0, keep.Length).Where(place => keep[place] == 1), place => Assert.Equal(picture.Values[place], filled[place]));
    }

    [Fact]
    public void Draws_have_the_conditional_mean_and_covariance()
    {
        const int Draws = 4000;
        var (picture, keep, hidden, mean, covariance) = Conditional(seed: 2);
        var infill = Infill.Parse("local-gaussian:padding=1");
        float[][] drawn = [.. Enumerable.Range(0, Draws).Select(draw => infill.Fill(picture, keep, 9, draw))];
        double[][] centred = [.. drawn.Select(filled => hidden.Select((place, i) => filled[place] - mean[i]).ToArray())];
        for (int i = 0; i < hidden.Length; i++)
        {
            double deviation = Math.Sqrt(covariance[i, i]);
            Assert.InRange(centred.Average(row => row[i]) / deviation, -4 / Math.Sqrt(Draws), 4 / Math.Sqrt(Draws));
            for (int j = 0; j <= i; j++)
            {
                double tolerance = 5 / Math.Sqrt(Draws) * deviation * Math.Sqrt(covariance[j, j]);
                Assert.InRange(centred.Average(row => row[i] * row[j]) - covariance[i, j], -tolerance, tolerance);
            }
        }
    }

    [Fact]
    public void What_the_surroundings_tell_for_certain_is_filled_as_it_was()
    {
        // A flat picture, and one channel of it that is not: each channel by itself.
        var picture = Pictures.Of(2, 30, 30, (channel, y, x) => channel == 0 ? 0.25 : Math.Sin((0.3 * x) + (0.2 * y)));
        float[] keep = Pictures.Mask(30, 30, (y, x) => y is >= 12 and < 16 && x is >= 12 and < 16), filled = Pictures.Fill("local-gaussian:window=4,padding=4,draw=mean", picture, keep);
        Assert.All(filled[..900], value => Assert.Equal(0.25f, value));
        Near.Equal(picture.Values[900..], filled.AsSpan(900), 0.05, "a wave");
        // The mean of everything, for comparison: it knows nothing of the wave.
        Assert.True(Enumerable.Range(0, 900).Where(place => keep[place] == 0).Max(place => Math.Abs(picture.Values[900 + place])) > 0.5);
    }

    [Fact]
    public void All_of_a_picture_may_be_hidden_and_values_stay_within_those_that_occur()
    {
        var picture = Pictures.Random(3, 33, 26, 3);
        float[] filled = Pictures.Fill("local-gaussian:window=8,padding=3", picture, new float[33 * 26]);
        Assert.InRange(filled.Min(), picture.Values.ToArray().Min(), picture.Values.ToArray().Max());
        Assert.InRange(filled.Max(), picture.Values.ToArray().Min(), picture.Values.ToArray().Max());
        Assert.InRange(filled.Average(), -0.06, 0.06);
    }

    [Fact]
    public void Correlations_are_those_of_pairs_of_pixels()
    {
        float[] row = [1, 2, 4, 1];
        var found = PixelCorrelations.Of([row], LinearModels.Layout(1, 1, 4), 2);
        double variance = ((1 * 1) + 0 + (2 * 2) + (1 * 1)) / 4.0;
        Assert.Equal(2, found.Channels[0].Mean);
        Assert.Equal(Math.Sqrt(variance), found.Channels[0].Deviation, 12);
        Assert.Equal(1 + 1e-4, found.At(0, 0), 12);
        Assert.Equal(((-1 * 0) + (0 * 2) + (2 * -1)) / 4.0 / variance, found.At(0, 1), 12);
        Assert.Equal(found.At(0, 1), found.At(0, -1));
        Assert.Equal(((-1 * 2) + (0 * -1)) / 4.0 / variance, found.At(0, -2), 12);
        Assert.Equal(0, found.At(1, 0));
    }

    [Fact]
    public void It_is_written_with_the_settings_that_were_changed()
    {
        Assert.Equal("local-gaussian", Infill.Parse("local-gaussian").Name);
        Assert.Equal("local-gaussian:draw=mean,window=6", Infill.Parse("local-gaussian:window=6,draw=mean").Name);
        Assert.True(Infill.Parse("local-gaussian").IsStochastic);
        Assert.False(Infill.Parse("local-gaussian:draw=mean").IsStochastic);
        Assert.Contains("out of range", Assert.Throws<UnmaskException>(() => Infill.Parse("local-gaussian:window=0")).Message, StringComparison.Ordinal);
    }

    /// <summary>A picture of one square, whose conditional distribution is one system of equations.</summary>
    private static (ModelInput Picture, float[] Keep, int[] Hidden, double[] Mean, double[,] Covariance) Conditional(ulong seed)
    {
        // Small values between two large ones, so that nothing drawn is clipped.
        float[] values = LinearModels.Values(Side * Side, seed);
        (values[0], values[1]) = (9, -9);
        var picture = new ModelInput(values, LinearModels.Layout(1, Side, Side), Preprocessing.Raw);
        float[] keep = Pictures.Mask(Side, Side, (y, x) => y is 3 or 4 && x is 2 or 3 or 4 && y is 3 or 4);
        var correlations = PixelCorrelations.Of([values], picture.Layout, 11);
        var (mean, deviation, _, _) = correlations.Channels[0];
        int[] hidden = [.. Enumerable.Range(0, keep.Length).Where(place => keep[place] == 0)], known = [.. Enumerable.Range(0, keep.Length).Where(place => keep[place] == 1)];
        double Of(int one, int other) => deviation * deviation * correlations.At((one / Side) - (other / Side), (one % Side) - (other % Side));
        double[,] among = new double[known.Length, known.Length], covariance = new double[hidden.Length, hidden.Length];
        for (int i = 0; i < known.Length; i++)
        {
            for (int j = 0; j < known.Length; j++)
            {
                among[i, j] = Of(known[i], known[j]);
            }
        }

        double[] weights = Pictures.Solve(among, [.. known.Select(place => values[place] - mean)]);
        double[] means = [.. hidden.Select(place => mean + known.Select((other, i) => Of(place, other) * weights[i]).Sum())];
        for (int j = 0; j < hidden.Length; j++)
        {
            double[] column = Pictures.Solve(among, [.. known.Select(other => Of(hidden[j], other))]);
            for (int i = 0; i < hidden.Length; i++)
            {
                covariance[i, j] = Of(hidden[i], hidden[j]) - known.Select((other, k) => Of(hidden[i], other) * column[k]).Sum();
            }
        }

        return (picture, keep, hidden, means, covariance);
    }
}
