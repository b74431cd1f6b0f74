namespace Unmask.Tests.Numerics;

public sealed class RngTests
{
    /// <summary>The known-answer vectors that the authors of Philox publish for 4×32 with ten rounds.</summary>
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Philox_passes_its_known_answers(uint a, uint b, uint c, uint d, uint key0, uint key1, uint w, uint x, uint y, uint z) =>
        Assert.Equal((w, x, y, z), Rng.Philox(a, b, c, d, key0, key1));

    [Fact]
    public void Integers_are_uniform()
    {
        int[] counts = new int[7];
        var random = Rng.At(5, 0);
        for (int i = 0; i < 70000; i++)
        {
            counts[random.NextInt32(7)]++;
        }

        // Six degrees of freedom: chi-squared above 22.5 has a probability of 0.1 %.
        Assert.True(counts.Sum(count => Math.Pow(count - 10000, 2) / 10000) < 22.5, string.Join(" ", counts));
    }

    [Fact]
    public void Items_have_streams_of_their_own()
    {
        var first = Rng.At(1, 0);
        var second = Rng.At(1, 1);
        Assert.NotEqual(first.NextUInt32(), second.NextUInt32());
        Assert.Equal(Rng.At(1, 1).NextDouble(), Rng.At(1, 1).NextDouble());
    }

    [Fact]
    public void Floats_lie_in_the_unit_interval_with_the_right_mean_and_variance()
    {
        var random = Rng.At(9, 3);
        double[] values = [.. Enumerable.Range(0, 50000).Select(_ => (double)random.NextSingle())];
        Assert.All(values, value => Assert.InRange(value, 0, 0.99999999));
        Assert.Equal(0.5, values.Average(), 2);
        Assert.Equal(1 / 12.0, values.Sum(value => Math.Pow(value - 0.5, 2)) / values.Length, 2);
    }
}
