using Unmask.Imaging;

namespace Unmask.Tests.Imaging;

public sealed class ColorMapTests
{
    private const int Steps = 40;

    public static TheoryData<string> Sequential => [.. ColorMap.All.Where(map => !map.IsDiverging).Select(map => map.Name)];

    [Theory]
    [InlineData("viridis", "#440154", "#FDE725")]
    [InlineData("inferno", "#000004", "#FCFFA4")]
    [InlineData("magma", "#000004", "#FCFDBF")]
    [InlineData("cividis", "#00224E", "#FEE838")]
    [InlineData("grey", "#000000", "#FFFFFF")]
    public void A_map_runs_between_its_published_ends(string name, string low, string high)
    {
        var map = ColorMap.Named(name);

        Assert.Equal((low, high), (map.At(0).ToString(), map.At(1).ToString()));
        Assert.Equal((map.At(0), map.At(1)), (map.At(-3), map.At(7)));
    }

    [Theory]
    [MemberData(nameof(Sequential))]
    public void Lightness_only_rises(string name)
    {
        foreach (var sight in Sights)
            for (var i = 0; i < Steps; i++)
                Assert.True(Lightness(name, i + 1, sight) > Lightness(name, i, sight), $"{name} for {sight} at {i}");
    }

    [Theory]
    [MemberData(nameof(Sequential))]
    public void Equal_steps_look_equally_large(string name)
    {
        // Oklab is too generous with what is nearly black, so the first eighth is left out.
        var steps = Enumerable.Range(Steps / 8, Steps - Steps / 8).Select(i => Distance(ColorMap.Named(name), i)).ToArray();

        Assert.InRange(steps.Max() / steps.Average(), 1, 1.5);
        Assert.InRange(steps.Min() / steps.Average(), 0.55, 1);
    }

    [Fact]
    public void The_diverging_map_walks_evenly_from_its_middle_and_darkens_alike_on_both_sides()
    {
        var steps = Enumerable.Range(0, Steps).Select(i => Distance(ColorMap.BlueRed, i)).ToArray();
        Assert.InRange(steps.Max() / steps.Min(), 1, 1.6);
        for (var i = 0; i < Steps / 2; i++)
        {
            Assert.Equal(Lightness("blue-red", i, "everyone"), Lightness("blue-red", Steps - i, "everyone"), 0.02);
            Assert.True(Lightness("blue-red", i + 1, "everyone") > Lightness("blue-red", i, "everyone"));
        }
        Assert.InRange(Oklab.From(ColorMap.BlueRed.At(0.5)).L, 0.94, 0.98);
    }

    [Theory]
    [InlineData("deuteranopia")]
    [InlineData("protanopia")]
    public void The_two_arms_of_the_diverging_map_differ_for_colour_blind_readers(string sight)
    {
        for (var i = 0; i <= Steps / 4; i++)
        {
            var against = Oklab.From(Seen(ColorMap.BlueRed.At((double)i / Steps), sight));
            var speaksFor = Oklab.From(Seen(ColorMap.BlueRed.At(1 - (double)i / Steps), sight));
            Assert.True(against.DistanceTo(speaksFor) > 0.12, $"step {i}: {against.DistanceTo(speaksFor)}");
        }
    }

    [Fact]
    public void Oklab_agrees_with_its_published_values_and_goes_there_and_back()
    {
        var red = Oklab.From(new(255, 0, 0));
        Assert.Equal((0.628, 0.225, 0.126), (Math.Round(red.L, 3), Math.Round(red.A, 3), Math.Round(red.B, 3)));
        foreach (var color in new Rgb[] { new(12, 200, 99), new(255, 255, 255), new(0, 0, 0), new(250, 3, 128) })
            Assert.Equal(color, Oklab.From(color).ToRgb());
    }

    [Fact]
    public void NaN_and_unknown_names_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ColorMap.Viridis.At(double.NaN));
        Assert.Contains("inferno, magma", Assert.Throws<ArgumentException>(() => ColorMap.Named("jet")).Message, StringComparison.Ordinal);
    }

    private static readonly string[] Sights = ["everyone", "deuteranopia", "protanopia"];

    private static double Lightness(string name, int step, string sight) => Oklab.From(Seen(ColorMap.Named(name).At((double)step / Steps), sight)).L;

    private static double Distance(ColorMap map, int step) =>
        Oklab.From(map.At((double)step / Steps)).DistanceTo(Oklab.From(map.At((step + 1.0) / Steps)));

    // Machado, Oliveira and Fernandes, «A physiologically-based model for simulation of color vision deficiency», 2009, severity 1.
    private static Rgb Seen(Rgb color, string sight) => sight switch
    {
        "deuteranopia" => Apply(color, [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881]),
        "protanopia" => Apply(color, [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998]),
        _ => color,
    };

    private static Rgb Apply(Rgb color, double[] m)
    {
        double r = Linear(color.R), g = Linear(color.G), b = Linear(color.B);
        return new(Encoded(m[0] * r + m[1] * g + m[2] * b), Encoded(m[3] * r + m[4] * g + m[5] * b), Encoded(m[6] * r + m[7] * g + m[8] * b));
    }

    private static double Linear(byte value) => value / 255.0 is var v && v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4);

    private static byte Encoded(double linear) =>
        (byte)Math.Round(255 * (Math.Clamp(linear, 0, 1) is var v && v <= 0.0031308 ? 12.92 * v : 1.055 * Math.Pow(v, 1 / 2.4) - 0.055));
}
