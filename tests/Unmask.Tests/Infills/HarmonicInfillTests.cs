using Unmask.Tests.Support;

namespace Unmask.Tests.Infills;

/// <summary>ROAD's imputation: the numbers are those that its equations give by hand.</summary>
public sealed class HarmonicInfillTests
{
    [Fact]
    public void A_ramp_is_continued_into_a_hole_and_not_exactly_at_the_corner()
    {
        var ramp = Pictures.Of(1, 9, 9, (_, y, x) => (2 * x) + (3 * y) + 1);
        Near.Equal(ramp.Values, Pictures.Fill("harmonic", ramp, Pictures.Mask(9, 9, (y, x) => y is >= 3 and < 6 && x is >= 3 and < 6)), 2e-5, "ramp");
        Assert.Equal(4, Pictures.Fill("harmonic", ramp, Pictures.Mask(9, 9, (y, x) => y == 0 && x == 0))[0], 5);
    }

    [Fact]
    public void A_pixel_of_a_checkerboard_becomes_what_its_neighbours_say()
    {
        var board = Pictures.Of(1, 5, 5, (_, y, x) => (y + x) % 2 == 0 ? 1 : -1);
        Assert.Equal(-1.0 / 3, Pictures.Fill("harmonic", board, Pictures.Mask(5, 5, (y, x) => y == 2 && x == 2))[12], 6);
        Assert.Equal(-0.6, Pictures.Fill("harmonic", board, Pictures.Mask(5, 5, (y, x) => y == 0 && x == 0))[0], 6);
    }

    [Fact]
    public void Neighbours_count_a_sixth_or_a_twelfth_and_hidden_ones_hold_together()
    {
        var corner = Pictures.Of(1, 3, 3, (_, y, x) => y == 0 && x == 0 ? 12 : 0);
        Assert.Equal(1, Pictures.Fill("harmonic", corner, Pictures.Mask(3, 3, (y, x) => y == 1 && x == 1))[4], 6);
        var side = Pictures.Of(1, 3, 4, (_, y, x) => y == 1 && x == 0 ? 6 : 0);
        float[] filled = Pictures.Fill("harmonic", side, Pictures.Mask(3, 4, (y, x) => y == 1 && x is 1 or 2 && y == 1));
        Assert.Equal(36.0 / 35, filled[5], 6);
        Assert.Equal(6.0 / 35, filled[6], 6);
    }

    [Theory]
    [InlineData(0.7, 1)]
    [InlineData(0.3, 2)]
    [InlineData(0.02, 3)]
    public void Random_masks_agree_with_a_dense_solution_in_every_channel(double keepProbability, ulong seed)
    {
        const int Height = 11, Width = 9, Channels = 5;
        var picture = Pictures.Random(Channels, Height, Width, seed);
        float[] keep = Pictures.RandomMask(Height, Width, keepProbability, seed), filled = Pictures.Fill("harmonic", picture, keep);
        int[] hidden = [.. Enumerable.Range(0, keep.Length).Where(place => keep[place] == 0)];
        for (int channel = 0; channel < Channels; channel++)
        {
            float[] plane = picture.Values.Slice(channel * keep.Length, keep.Length).ToArray();
            double[] expected = Dense(plane, keep, hidden, Height, Width);
            Near.Equal([.. expected.Select(value => (float)value)], [.. hidden.Select(place => filled[(channel * keep.Length) + place])], 2e-5, $"channel {channel}");
            Assert.All(Enumerable.Range(0, keep.Length).Where(place => keep[place] == 1), place => Assert.Equal(plane[place], filled[(channel * keep.Length) + place]));
            var kept = plane.Where((_, place) => keep[place] == 1);
            Assert.All(hidden, place => Assert.InRange(filled[(channel * keep.Length) + place], kept.Min() - 1e-5, kept.Max() + 1e-5));
        }
    }

    [Fact]
    public void Channels_last_gives_the_same_picture()
    {
        var first = Pictures.Random(3, 8, 8, 4);
        float[] keep = Pictures.RandomMask(8, 8, 0.5, 4), turned = new float[first.Values.Length];
        for (int i = 0; i < turned.Length; i++)
        {
            turned[i] = first.Values[(i % 3 * 64) + (i / 3)];
        }

        float[] expected = Pictures.Fill("harmonic", first, keep), found = Pictures.Fill("harmonic", new(turned, new(AxisOrder.ChannelsLast, [8, 8, 3]), Preprocessing.Unit), keep);
        Assert.All(Enumerable.Range(0, turned.Length), i => Assert.Equal(expected[(i % 3 * 64) + (i / 3)], found[i]));
    }

    [Fact]
    public void Where_nothing_is_kept_it_is_the_mean()
    {
        var picture = Pictures.Random(2, 6, 6, 5);
        Assert.Equal(Infill.Mean.For(picture), Pictures.Fill("harmonic", picture, new float[36]));
    }

    [Fact]
    public void Noise_has_the_asked_deviation_in_colours_and_leaves_what_is_kept()
    {
        var grey = Pictures.Of(3, 200, 200, (c, _, _) => c, Preprocessing.ImageNet);
        float[] keep = Pictures.Mask(200, 200, (y, x) => x > 0 && y > 0), filled = Pictures.Fill("harmonic:0.01", grey, keep, seed: 7, draw: 3);
        for (int channel = 0; channel < 3; channel++)
        {
            double[] added = [.. Enumerable.Range(0, keep.Length).Where(place => keep[place] == 0).Select(place => (double)filled[(channel * keep.Length) + place] - channel)];
            // 39,601 numbers: the standard error of a deviation is 0.36 %.
            Assert.InRange(Math.Sqrt(added.Average(value => value * value)) * Preprocessing.ImageNet.Std[channel], 0.0098, 0.0102);
        }

        Assert.Equal(1, filled[keep.Length]);
        Assert.NotEqual(filled, Pictures.Fill("harmonic:0.01", grey, keep, seed: 7, draw: 4));
    }

    private static double[] Dense(float[] plane, float[] keep, int[] hidden, int height, int width)
    {
        double[,] matrix = new double[hidden.Length, hidden.Length];
        double[] b = new double[hidden.Length];
        for (int i = 0; i < hidden.Length; i++)
        {
            int y = hidden[i] / width, x = hidden[i] % width;
            for (int offset = 0; offset < 9; offset++)
            {
                int down = (offset / 3) - 1, across = (offset % 3) - 1;
                if ((down, across) == (0, 0) || y + down < 0 || y + down >= height || x + across < 0 || x + across >= width)
                {
                    continue;
                }

                double weight = down == 0 || across == 0 ? 1.0 / 6 : 1.0 / 12;
                int other = ((y + down) * width) + x + across;
                matrix[i, i] += weight;
                if (keep[other] == 1)
                {
                    b[i] += weight * plane[other];
                }
                else
                {
                    matrix[i, Array.IndexOf(hidden, other)] -= weight;
                }
            }
        }

        return Pictures.Solve(matrix, b);
    }
}
