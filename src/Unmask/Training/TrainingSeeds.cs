namespace Unmask.Training;

/// <summary>Seeds for separate purposes, made from one.</summary>
/// <param name="seed">The recipe's.</param>
internal sealed class TrainingSeeds(ulong seed)
{
    /// <summary>Of the variation of items.</summary>
    public ulong Variation { get; } = Derive(seed, 2);

    /// <summary>The order of an epoch: a permutation that is the same for any batch size (Fisher and Yates's shuffle).</summary>
    public int[] Order(int count, long epoch) => Shuffled(count, Rng.At(Derive(seed, 1), epoch));

    /// <summary>The numbers below a count in random order.</summary>
    public static int[] Shuffled(int count, Rng random)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            int other = random.NextInt32(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }

        return order;
    }

    private static ulong Derive(ulong seed, long purpose)
    {
        var random = Rng.At(seed, -purpose);
        return ((ulong)random.NextUInt32() << 32) | random.NextUInt32();
    }
}
