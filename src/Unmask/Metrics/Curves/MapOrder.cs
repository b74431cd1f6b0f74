namespace Unmask.Metrics;

/// <summary>In which order the parts of an input go.</summary>
/// <param name="Positions">Each part's place, 0 goes first; a permutation.</param>
/// <param name="TieFraction">The share of parts whose value equals another's, 0 to 1.</param>
internal sealed record MapOrder(int[] Positions, double TieFraction)
{
    /// <summary>Orders the values of a map.</summary>
    /// <param name="values">One a part, all finite.</param>
    /// <param name="order">What goes first.</param>
    /// <param name="ties">Which of equal values goes first.</param>
    /// <param name="random">Draws the random order and the order of ties.</param>
    public static MapOrder Of(ReadOnlySpan<float> values, CurveOrder order, TieBreak ties, Rng random)
    {
        // One key a part: the value's rank order in the high bits, then what decides between equal values.
        ulong[] keys = new ulong[values.Length];
        int[] parts = new int[values.Length];
        int[] shuffled = order == CurveOrder.Random || ties == TieBreak.Random ? Permutation(values.Length, random) : [];
        for (int i = 0; i < keys.Length; i++)
        {
            uint tie = ties switch
            {
                TieBreak.RowMajor when order != CurveOrder.Random => (uint)i,
                TieBreak.ReversedRowMajor when order != CurveOrder.Random => (uint)(values.Length - 1 - i),
                _ => (uint)shuffled[i],
            };
            keys[i] = ((ulong)(order == CurveOrder.Random ? 0 : Falling(values[i])) << 32) | tie;
            parts[i] = i;
        }

        Array.Sort(keys, parts);
        int[] positions = new int[values.Length];
        for (int rank = 0; rank < parts.Length; rank++)
        {
            positions[parts[rank]] = order == CurveOrder.LeastRelevantFirst ? parts.Length - 1 - rank : rank;
        }

        return new(positions, order == CurveOrder.Random ? TiedShare(values) : TiedShare(keys));
    }

    /// <summary>Each value replaced by the mean over its part.</summary>
    public static float[] PartMeans(ReadOnlySpan<float> values, int[] partOf)
    {
        int count = partOf.Max() + 1;
        double[] sums = new double[count];
        int[] sizes = new int[count];
        for (int i = 0; i < partOf.Length; i++)
        {
            sums[partOf[i]] += values[i];
            sizes[partOf[i]]++;
        }

        return [.. sums.Select((sum, part) => (float)(sum / Math.Max(1, sizes[part])))];
    }

    /// <summary>The share of values that equal another one.</summary>
    public static double TiedShare(ReadOnlySpan<float> values)
    {
        float[] sorted = values.ToArray();
        Array.Sort(sorted);
        int tied = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            tied += (i > 0 && sorted[i] == sorted[i - 1]) || (i + 1 < sorted.Length && sorted[i] == sorted[i + 1]) ? 1 : 0;
        }

        return sorted.Length == 0 ? 0 : (double)tied / sorted.Length;
    }

    /// <summary>The same of sorted keys, whose high bits are the values.</summary>
    private static double TiedShare(ulong[] keys)
    {
        int tied = 0;
        for (int i = 0; i < keys.Length; i++)
        {
            tied += (i > 0 && keys[i] >> 32 == keys[i - 1] >> 32) || (i + 1 < keys.Length && keys[i] >> 32 == keys[i + 1] >> 32) ? 1 : 0;
        }

        return keys.Length == 0 ? 0 : (double)tied / keys.Length;
    }

    /// <summary>A number that falls as the value rises; −0 counts as 0.</summary>
    private static uint Falling(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value + 0f);
        return (bits & 0x80000000u) != 0 ? bits : 0x7FFFFFFFu - bits;
    }

    private static int[] Permutation(int count, Rng random)
    {
        int[] shuffled = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            int other = random.NextInt32(i + 1);
            (shuffled[i], shuffled[other]) = (shuffled[other], shuffled[i]);
        }

        return shuffled;
    }
}
