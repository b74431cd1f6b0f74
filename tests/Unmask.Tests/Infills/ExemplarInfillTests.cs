using Unmask.Tests.Support;

namespace Unmask.Tests.Infills;

/// <summary>In-painting with patches.</summary>
public sealed class ExemplarInfillTests
{
    [Fact]
    public void A_texture_that_repeats_is_continued_through_a_hole()
    {
        var texture = Pictures.Of(3, 64, 64, (channel, y, x) => (((x + (channel * y)) % 8) + ((3 * y) % 8)) / 14.0);
        float[] keep = Pictures.Mask(64, 64, (y, x) => y is >= 24 and < 38 && x is >= 20 and < 34), filled = Pictures.Fill("exemplar", texture, keep, seed: 1);
        double error = Error(texture, filled, keep), smooth = Error(texture, Pictures.Fill("harmonic", texture, keep), keep);
        Assert.True(error < 0.1 * smooth, $"exemplar {error:g3}, harmonic {smooth:g3}");
    }

    [Fact]
    public void It_takes_colours_from_what_is_kept_only()
    {
        // Two values are kept; the hidden ones lie far outside.
        float[] keep = Pictures.Mask(48, 40, (y, x) => y is >= 10 and < 30 && x is >= 8 and < 28);
        var picture = Pictures.Of(1, 48, 40, (_, y, x) => keep[(y * 40) + x] == 0 ? 1000 : x % 4 < 2 ? 0 : 1);
        float[] filled = Pictures.Fill("exemplar", picture, keep);
        Assert.InRange(filled.Min(), 0, 1);
        Assert.InRange(filled.Max(), 0, 1);
        Assert.All(Enumerable.Range(0, keep.Length).Where(place => keep[place] == 1), place => Assert.Equal(picture.Values[place], filled[place]));
    }

    [Fact]
    public void The_seed_decides_and_nothing_else_does()
    {
        var picture = Pictures.Random(3, 50, 50, 1);
        float[] keep = Pictures.RandomMask(50, 50, 0.995, 2), first = Pictures.Fill("exemplar", picture, keep, seed: 1, draw: 5);
        Assert.Equal(first, Pictures.Fill("exemplar", picture, keep, seed: 1, draw: 6));
        Assert.NotEqual(first, Pictures.Fill("exemplar", picture, keep, seed: 2, draw: 5));
    }

    [Fact]
    public void Without_a_whole_patch_it_is_the_smooth_infill()
    {
        var picture = Pictures.Random(1, 30, 30, 1);
        float[] keep = Pictures.Mask(30, 30, (y, x) => y % 5 == 0 && x % 5 == 0);
        Near.Equal(Pictures.Fill("harmonic", picture, keep), Pictures.Fill("exemplar", picture, keep), 1e-3, "smooth");
        Assert.Equal(Infill.Mean.For(picture), Pictures.Fill("exemplar", picture, new float[900]));
        Assert.Equal(picture.Values.ToArray(), Pictures.Fill("exemplar", picture, Pictures.Mask(30, 30, (_, _) => false)));
    }

    private static double Error(ModelInput picture, float[] filled, float[] keep) =>
        Enumerable.Range(0, filled.Length).Where(i => keep[i % keep.Length] == 0).Average(i => Math.Pow(filled[i] - picture.Values[i], 2));
}
