namespace Unmask.Tests.Masks;

public sealed class CoalitionLawTests
{
    [Fact]
    public void The_first_sample_is_the_whole_and_the_others_keep_half()
    {
        var law = new BernoulliCoalitions(2001, 70, paired: false, seed: 3);
        Assert.All(law.At(0).Cells.ToArray(), cell => Assert.Equal(1, cell));
        float[][] rows = [.. Enumerable.Range(1, 2000).Select(i => law.At(i).Cells.ToArray())];
        for (int feature = 0; feature < 70; feature++)
        {
            // Five standard deviations of a mean of 2,000 coins.
            Assert.InRange(rows.Average(row => row[feature]), 0.5 - 0.056, 0.5 + 0.056);
        }

        // Neighbouring features are independent: they agree half of the time.
        Assert.InRange(rows.Average(row => Enumerable.Range(1, 69).Average(k => row[k] == row[k - 1] ? 1.0 : 0)), 0.49, 0.51);
        Assert.Equal(2000, rows.Select(row => string.Concat(row)).Distinct().Count());
    }

    [Fact]
    public void Pairs_are_complements()
    {
        var law = new BernoulliCoalitions(9, 40, paired: true, seed: 1);
        for (int i = 1; i < 9; i += 2)
        {
            Assert.Equal(law.At(i).Cells.ToArray().Select(cell => 1 - cell), law.At(i + 1).Cells.ToArray());
        }

        Assert.NotEqual(law.At(1).Cells.ToArray(), law.At(3).Cells.ToArray());
    }

    [Fact]
    public void Enumeration_counts_in_binary_with_the_first_feature_most_significant()
    {
        var law = new EveryCoalition(3);
        Assert.Equal(["000", "001", "010", "011", "100", "101", "110", "111"], Enumerable.Range(0, law.Count).Select(i => string.Concat(law.At(i).Cells.ToArray())));
    }
}
