namespace Unmask.Training;

/// <summary>
/// GAD's targets: the network's own logits, with the classes pushed apart. On a picture of the first class the logit of the second loses α, and the other way round; all else stays. So the order of
/// pictures of one label stays in every logit, and only the gap between the labels grows.
/// </summary>
/// <remarks>Source: «Gradient Artificial Distancing», step 1: z′_c₂ = z_c₂ − α_c₁ on pictures labelled c₁, z′_c₁ = z_c₁ − α_c₂ on pictures labelled c₂. With one class against the rest, c₂ is every other class.</remarks>
public static class AlteredLogits
{
    /// <summary>The target of one picture.</summary>
    /// <param name="logits">The original network's, one a class.</param>
    /// <param name="side">Which class the picture shows.</param>
    /// <param name="pair">The classes.</param>
    /// <param name="distance">α.</param>
    /// <exception cref="ArgumentOutOfRangeException">A class of the pair is none of the logits'.</exception>
    public static float[] Of(ReadOnlySpan<float> logits, ClassSide side, ClassPair pair, GadDistance distance)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(Math.Max(pair.First, pair.Second ?? 0), logits.Length, nameof(pair));
        float[] altered = logits.ToArray();
        switch (side)
        {
            case ClassSide.First:
                for (int other = 0; other < altered.Length; other++)
                {
                    altered[other] -= other == (pair.Second ?? other) && other != pair.First ? (float)distance.First : 0;
                }

                break;
            case ClassSide.Second:
                altered[pair.First] -= (float)distance.Second;
                break;
        }

        return altered;
    }
}
