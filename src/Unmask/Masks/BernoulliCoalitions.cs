namespace Unmask;

/// <summary>The whole input first, then features each kept with probability ½: LIME's law.</summary>
/// <param name="count">How many masks with the first, at least 1.</param>
/// <param name="features">The number of features.</param>
/// <param name="paired">Whether every other mask is the complement of the one before, which cancels the even part of the sampling error.</param>
/// <param name="seed">The seed; mask i is a function of (seed, i).</param>
public sealed class BernoulliCoalitions(int count, int features, bool paired, ulong seed) : MaskLaw
{
    /// <inheritdoc/>
    public override int Count => count;

    /// <inheritdoc/>
    public override MaskCoordinates At(int index)
    {
        float[] kept = new float[features];
        if (index == 0)
        {
            Array.Fill(kept, 1);
            return new(kept, default);
        }

        bool complement = paired && index % 2 == 0;
        var random = Rng.At(seed, complement ? index - 1 : index);
        uint bits = 0;
        for (int feature = 0; feature < features; feature++)
        {
            bits = feature % 32 == 0 ? random.NextUInt32() : bits >> 1;
            kept[feature] = (bits & 1) == 1 != complement ? 1 : 0;
        }

        return new(kept, default);
    }
}
