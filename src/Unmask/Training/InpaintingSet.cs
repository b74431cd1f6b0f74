using Unmask.Graphs;

namespace Unmask.Training;

/// <summary>
/// Pictures with random parts hidden, for a network that is to paint them: <c>image</c> [N, 4, size, size] (the picture with its holes filled harmonically, then the mask, 1 = kept),
/// <c>target</c> [N, 3, size, size] (the whole picture) and <c>weight</c> [N, 1, size, size] (which places count how much; its mean is 1 over the hidden ones).
/// </summary>
/// <remarks>Variation: that of the pictures, and a new mask for each item and pass. Without it a picture's mask is always the same.</remarks>
/// <param name="pictures">The pictures; their classes are not used.</param>
/// <param name="size">Height and width in pixels.</param>
/// <param name="seed">Of the masks that do not vary.</param>
internal sealed class InpaintingSet(PictureTrainingSet pictures, int size, ulong seed) : TrainingSet
{
    /// <summary>The channels of a picture and of its mask.</summary>
    public const int Channels = 4;

    // What is kept is known already; it is asked for a little, so that the edges of holes fit.
    private const float KeptWeight = 0.05f;

    // So that masks do not repeat the numbers that shifted and mirrored the picture.
    private const ulong MaskKey = 0x6D61736B;

    /// <inheritdoc/>
    public override int Count => pictures.Count;

    /// <inheritdoc/>
    public override void Announce(ReadOnlyMemory<int> items, Variation variation) => pictures.Announce(items, variation);

    /// <inheritdoc/>
    public override string ToString() => $"{pictures}, parts of them hidden";

    /// <inheritdoc/>
    public override Dictionary<string, TensorData> Read(ReadOnlySpan<int> items, Variation? variation)
    {
        var read = pictures.Read(items, variation);
        var whole = read["image"];
        int area = size * size;
        float[] hidden = new float[items.Length * Channels * area], weights = new float[items.Length * area];
        for (int i = 0; i < items.Length; i++)
        {
            var random = variation is { } key ? (key with { Seed = key.Seed ^ MaskKey }).Of(items[i]) : Rng.At(seed ^ MaskKey, items[i]);
            float[] keep = InpaintingMasks.Draw(ref random, size);
            Fill(whole.AsSpan<float>().Slice(i * 3 * area, 3 * area), keep, hidden.AsSpan(i * Channels * area, Channels * area));
            Weigh(keep, weights.AsSpan(i * area, area));
        }

        return new(StringComparer.Ordinal)
        {
            ["image"] = TensorData.Adopt(hidden, items.Length, Channels, size, size),
            [Objective.TargetInput] = whole,
            [Objective.WeightInput] = TensorData.Adopt(weights, items.Length, 1, size, size),
        };
    }

    private void Fill(ReadOnlySpan<float> planes, float[] keep, Span<float> filled)
    {
        // Masks always keep something.
        HarmonicSystem.Of(keep, size)!.Solve(planes, new(AxisOrder.ChannelsFirst, [3, size, size]), HarmonicSystem.GuideTolerance).CopyTo(filled);
        keep.CopyTo(filled[(3 * keep.Length)..]);
    }

    private static void Weigh(float[] keep, Span<float> weights)
    {
        float whole = keep.Length / (float)keep.Count(kept => kept == 0);
        for (int i = 0; i < keep.Length; i++)
        {
            weights[i] = keep[i] == 0 ? whole : KeptWeight;
        }
    }
}
