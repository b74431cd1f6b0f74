using Unmask.Graphs;
using Unmask.Imaging;
using Unmask.Tests.Support;

namespace Unmask.Tests.Infills;

/// <summary>In-fills that follow a simple rule.</summary>
public sealed class HeuristicInfillTests
{
    [Theory]
    [InlineData("local", 15)]
    [InlineData("local:5", 5)]
    [InlineData("local:1", 1)]
    public void Local_is_the_mean_of_the_kept_pixels_around(string infill, int side)
    {
        const int Height = 20, Width = 17;
        var picture = Pictures.Random(2, Height, Width, 1);
        float[] keep = Pictures.RandomMask(Height, Width, 0.1, 1), filled = Pictures.Fill(infill, picture, keep);
        Assert.Equal(infill, Infill.Parse(infill).Name);
        for (int i = 0; i < filled.Length; i++)
        {
            int channel = i / keep.Length, y = i / Width % Height, x = i % Width;
            float[] around = [.. Enumerable.Range(0, keep.Length).Where(place => keep[place] == 1 && Math.Abs((place / Width) - y) <= side / 2 && Math.Abs((place % Width) - x) <= side / 2)
                .Select(place => picture.Values[(channel * keep.Length) + place])];
            Assert.Equal(around.Length == 0 ? 0 : around.Average(value => (double)value), filled[i], 5);
        }
    }

    [Fact]
    public void Noise_is_one_colour_with_a_deviation_of_a_fifth_clipped()
    {
        var input = Pictures.Of(3, 100, 100, (_, _, _) => 0);
        for (int draw = 0; draw < 8; draw++)
        {
            float[] filled = Pictures.Fill("noise", input, [], seed: 5, draw);
            for (int channel = 0; channel < 3; channel++)
            {
                float[] plane = filled[(channel * 10000)..((channel + 1) * 10000)];
                Assert.InRange(plane.Min(), 0, 1);
                double median = plane.Order().ElementAt(5000);
                // Half of a normal distribution lies within 0.6745 deviations; clipping moves nothing across a quartile that lies inside.
                double lower = plane.Order().ElementAt(2500);
                if (median is > 0.2 and < 0.99)
                {
                    Assert.InRange(median - lower, 0.6745 * 0.2 * 0.93, 0.6745 * 0.2 * 1.07);
                }
            }
        }
    }

    [Fact]
    public void Uniform_noise_fills_the_range_evenly()
    {
        var input = Pictures.Of(3, 100, 100, (_, _, _) => 0, Preprocessing.TensorFlow);
        float[] filled = Pictures.Fill("noise:uniform", input, []);
        Assert.InRange(filled.Average(), -0.02, 0.02);
        Assert.InRange(filled.Average(value => value * value), 0.32, 0.345);
        Assert.InRange(filled.Max(), 0.99, 1);
    }

    [Fact]
    public void Shuffled_holds_the_same_pixels_elsewhere()
    {
        var picture = Pictures.Of(2, 9, 7, (channel, y, x) => (100 * channel) + (10 * y) + x);
        float[] filled = Pictures.Fill("shuffled", picture, [], seed: 1, draw: 2);
        Assert.NotEqual(picture.Values.ToArray(), filled);
        Assert.Equal(picture.Values[..63].ToArray().Order(), filled[..63].Order());
        Assert.All(Enumerable.Range(0, 63), place => Assert.Equal(filled[place] + 100, filled[63 + place]));
        Assert.Equal(filled, Pictures.Fill("shuffled", picture, [], seed: 1, draw: 2));
        Assert.NotEqual(filled, Pictures.Fill("shuffled", picture, [], seed: 1, draw: 3));
    }

    [Fact]
    public void Shuffling_two_elements_leaves_them_in_half_of_the_draws()
    {
        var pair = new ModelInput([1, 2], new(AxisOrder.NotSpatial, [2]), Preprocessing.Raw);
        int stayed = Enumerable.Range(0, 2000).Count(draw => Pictures.Fill("shuffled", pair, [], draw: draw)[0] == 1);
        Assert.InRange(stayed, 1000 - 90, 1000 + 90);
    }

    [Fact]
    public void The_mean_of_a_folder_is_one_colour_and_that_of_a_file_a_picture()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("data"));
        Write(folder.File("data/a.png"), (_, _) => new Rgb(10, 20, 30));
        Write(folder.File("data/b.png"), (_, _) => new Rgb(30, 60, 90));
        var input = Pictures.Of(3, 16, 16, (_, _, _) => 0, Preprocessing.Raw);
        float[] colour = Infill.Parse($"dataset-mean:{folder.File("data")}").For(input);
        Assert.All(Enumerable.Range(0, colour.Length), i => Assert.Equal(20 * ((i / 256) + 1), colour[i]));
        Write(folder.File("ramp.png"), (x, _) => new Rgb((byte)(x * 8), 0, 0));
        float[] picture = Infill.Parse($"dataset-mean:{folder.File("ramp.png")}").For(input);
        Assert.True(picture[15] > picture[0] + 50);
        Npy.Write(folder.File("colour.npy"), TensorData.Vector(1f, 2f, 3f));
        Assert.Equal(3, Infill.Parse($"dataset-mean:{folder.File("colour.npy")}").For(input)[^1]);
        Npy.Write(folder.File("wrong.npy"), TensorData.Vector(1f, 2f));
        Assert.Contains("one for each element", Assert.Throws<UnmaskException>(() => Infill.Parse($"dataset-mean:{folder.File("wrong.npy")}").For(input)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("local")]
    [InlineData("harmonic")]
    [InlineData("exemplar")]
    public void What_is_hidden_does_not_matter_and_what_is_kept_does(string infill)
    {
        var picture = Pictures.Random(3, 40, 40, 1);
        float[] keep = Pictures.Mask(40, 40, (y, x) => y is > 9 and < 20 && x is > 15 and < 30), other = picture.Values.ToArray(), kept = picture.Values.ToArray();
        for (int i = 0; i < other.Length; i++)
        {
            other[i] += keep[i % 1600] == 0 ? 5 : 0;
            kept[i] += keep[i % 1600] == 1 ? 0.1f * ((i % 7) - 3) : 0;
        }

        float[] filled = Pictures.Fill(infill, picture, keep, seed: 3);
        Assert.Equal(filled, Pictures.Fill(infill, new(other, picture.Layout, picture.Preprocessing), keep, seed: 3));
        float[] changed = Pictures.Fill(infill, new(kept, picture.Layout, picture.Preprocessing), keep, seed: 3);
        Assert.Contains(Enumerable.Range(0, filled.Length), i => keep[i % 1600] == 0 && Math.Abs(filled[i] - changed[i]) > 1e-3);
    }

    [Fact]
    public void Apply_mixes_by_the_mask_and_fills_by_its_half()
    {
        var picture = Pictures.Of(1, 1, 4, (_, _, x) => x + 1);
        // Kept: the last two. The second is half kept from above, so local sees it hidden at 0.4.
        float[] mixed = Infill.Parse("local:7").Apply(picture, [0, 0.4f, 0.5f, 1]);
        Near.Equal([3.5f, 3.5f - (0.4f * 1.5f), 3.25f, 4], mixed, 1e-6, "mixed");
        Assert.Throws<ArgumentException>(() => Infill.Zero.Apply(picture, [1, 1]));
    }

    [Theory]
    [InlineData("local:4", "odd")]
    [InlineData("harmonic:-1", "0 or more")]
    [InlineData("harmonics", "is no in-fill")]
    [InlineData("noise:pink", "is no in-fill")]
    public void What_is_no_infill_is_refused(string text, string reason) => Assert.Contains(reason, Assert.Throws<FormatException>(() => Infill.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_infill_of_masks_is_no_baseline()
    {
        var problem = Assert.Throws<UnmaskException>(() => Infill.Harmonic().For(Pictures.Random(1, 4, 4, 1)));
        Assert.Contains("made for each mask", problem.Message, StringComparison.Ordinal);
        // One that is only random has a first draw.
        Assert.Equal(Infill.Noise().For(Pictures.Random(1, 4, 4, 1)), Pictures.Fill("noise", Pictures.Random(1, 4, 4, 1), []));
    }

    private static void Write(string path, Func<int, int, Rgb> colour)
    {
        byte[] pixels = new byte[32 * 32 * 3];
        for (int place = 0; place < 32 * 32; place++)
        {
            var rgb = colour(place % 32, place / 32);
            (pixels[3 * place], pixels[(3 * place) + 1], pixels[(3 * place) + 2]) = (rgb.R, rgb.G, rgb.B);
        }

        Image.FromPixels(32, 32, pixels).Save(path);
    }
}
