namespace Unmask.Probing;

/// <summary>Some of the masks of a law.</summary>
internal sealed class SelectedMasks(MaskLaw law, IReadOnlyList<int> indices) : MaskLaw
{
    public override int Count => indices.Count;

    /// <summary>Two sets of masks that have none in common: one out of each of 2·<paramref name="each"/> equal stretches of the law, in turn for the one and the other.</summary>
    /// <param name="law">At least 2·<paramref name="each"/> masks.</param>
    /// <param name="each">Masks in each set.</param>
    public static (SelectedMasks First, SelectedMasks Second) Split(MaskLaw law, int each)
    {
        int[] all = new int[2 * each];
        for (int i = 0; i < all.Length; i++)
        {
            int start = (int)((long)i * law.Count / all.Length), end = (int)((i + 1L) * law.Count / all.Length);
            // Anywhere in its stretch: the windows of an enumeration come in rows, and equal strides could meet one column only.
            all[i] = start + Rng.At(0, i).NextInt32(end - start);
        }

        return (new(law, [.. all.Where((_, i) => i % 2 == 0)]), new(law, [.. all.Where((_, i) => i % 2 == 1)]));
    }

    public override MaskCoordinates At(int index) => law.At(indices[index]);
}
