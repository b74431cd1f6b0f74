using Unmask.Graphs;
using Unmask.Training;

namespace Unmask.Maskers.Engine;

/// <summary>Names the random numbers of an item: they depend on it and the pass over the data, not on the batch.</summary>
/// <param name="Seed">Of the training.</param>
/// <param name="Draw">Of the item in this pass.</param>
internal readonly record struct ItemKey(ulong Seed, long Draw)
{
    /// <summary>The key of an item.</summary>
    /// <param name="item">Its index.</param>
    /// <param name="variation">The pass; <c>null</c>: none, as for validation.</param>
    /// <param name="seed">Of what does not vary.</param>
    public static ItemKey Of(int item, Variation? variation, ulong seed) => variation is { } pass ? new(pass.Seed, ((long)pass.Epoch << 32) | (uint)item) : new(~seed, item);

    /// <summary>The stream for one purpose.</summary>
    public Rng For(ulong purpose) => Rng.At(Seed ^ purpose, Draw);
}

/// <summary>Draws and computes what a masker's graph takes besides taps and classes: what is composed, and the law's noise.</summary>
/// <param name="recipe">The slots.</param>
/// <param name="layout">The axes of a picture.</param>
/// <param name="preprocessing">How pictures become inputs.</param>
internal sealed class MaskerFeeds(MaskerRecipe recipe, InputLayout layout, Preprocessing preprocessing)
{
    // Other numbers than those that vary pictures.
    private const ulong InfillPurpose = 0x696E66696C6C, NoisePurpose = 0x6E6F697365, LawPurpose = 0x6C6177;
    private const int WhiteLevel = 255;

    // u itself would have an infinite logit.
    private const double LeastShare = 1e-6;

    /// <summary>Whether a feed of the composition is 0 everywhere, so that it is a constant instead.</summary>
    public static bool IsNothing(string feed, MaskerRecipe recipe) => recipe.Composition == Composition.Blend && recipe.Infill.IsZero && feed == recipe.Composition.Feeds[0].Name;

    /// <summary>Adds what is composed.</summary>
    /// <param name="read">Receives it.</param>
    /// <param name="pictures">The pictures, one behind the other.</param>
    /// <param name="masks">The mask of each, one number a place, for in-fills that look at it; empty for others.</param>
    /// <param name="keys">Of the pictures.</param>
    public void AddComposed(Dictionary<string, TensorData> read, ReadOnlySpan<float> pictures, ReadOnlySpan<float> masks, ReadOnlySpan<ItemKey> keys)
    {
        var feeds = recipe.Composition.Feeds;
        float[][] values = [.. feeds.Select(_ => Array.Empty<float>())];
        int count = layout.Count, places = masks.Length / keys.Length;
        for (int i = 0; i < keys.Length; i++)
        {
            float[][] prepared = Prepared(Noisy(pictures.Slice(i * count, count), keys[i]), masks.Slice(i * places, places), keys[i]);
            for (int feed = 0; feed < values.Length; feed++)
            {
                values[feed] = values[feed].Length > 0 ? values[feed] : new float[keys.Length * prepared[feed].Length];
                prepared[feed].CopyTo(values[feed], i * prepared[feed].Length);
            }
        }

        for (int feed = 0; feed < values.Length; feed++)
        {
            if (!IsNothing(feeds[feed].Name, recipe))
            {
                read[feeds[feed].Name] = TensorData.Adopt(values[feed], [keys.Length, .. feeds[feed].Layers == 1 ? [] : (ReadOnlySpan<long>)[feeds[feed].Layers], .. layout.Sizes.Select(size => (long)size)]);
            }
        }
    }

    /// <summary>logit u, u uniform, for each place of each mask.</summary>
    public TensorData LawNoise(ReadOnlySpan<ItemKey> keys, int height, int width)
    {
        float[] noise = new float[keys.Length * height * width];
        for (int i = 0; i < keys.Length; i++)
        {
            var random = keys[i].For(LawPurpose);
            foreach (ref float value in noise.AsSpan(i * height * width, height * width))
            {
                double share = Math.Clamp(random.NextDouble(), LeastShare, 1 - LeastShare);
                value = (float)Math.Log(share / (1 - share));
            }
        }

        return TensorData.Adopt(noise, keys.Length, 1, height, width);
    }

    private float[][] Prepared(float[] picture, ReadOnlySpan<float> mask, ItemKey key) =>
        recipe.Composition.Prepare(picture, recipe.Composition.UsesInfill ? Filled(new ModelInput(picture, layout, preprocessing), mask, key) : [], layout);

    /// <summary>
    /// What replaces what is hidden. An in-fill that looks at what is kept is made for each side, and each taken where that side hides: at marked places what is made of the unmarked, elsewhere what is made of
    /// the marked. Where a mask is soft, both sides mix the same in.
    /// </summary>
    private float[] Filled(ModelInput input, ReadOnlySpan<float> mask, ItemKey key)
    {
        ulong seed = key.Seed ^ InfillPurpose;
        if (!recipe.Infill.DependsOnMask)
        {
            return recipe.Infill.Fill(input, [], seed, key.Draw);
        }

        float[] marked = new float[mask.Length], others = new float[mask.Length];
        for (int place = 0; place < mask.Length; place++)
        {
            (marked[place], others[place]) = mask[place] >= Probing.MaskFills.Kept ? (1f, 0f) : (0f, 1f);
        }

        float[] filled = [.. recipe.Infill.Fill(input, marked, seed, key.Draw)];
        if (recipe.Sides.Any(side => side.Complement))
        {
            float[] ofOthers = recipe.Infill.Fill(input, others, seed, key.Draw);
            for (int i = 0; i < filled.Length; i++)
            {
                int place = layout.Order == AxisOrder.ChannelsFirst ? i % mask.Length : i / layout.Channels;
                filled[i] = marked[place] == 1 ? ofOthers[i] : filled[i];
            }
        }

        return filled;
    }

    /// <summary>The picture with normal noise, a share of the way from black to white.</summary>
    private float[] Noisy(ReadOnlySpan<float> picture, ItemKey key)
    {
        float[] noisy = picture.ToArray();
        if (recipe.PictureNoise == 0)
        {
            return noisy;
        }

        var random = key.For(NoisePurpose);
        float[] deviations = [.. Enumerable.Range(0, layout.Channels).Select(channel => (float)(recipe.PictureNoise * (preprocessing.Normalize(WhiteLevel, channel) - preprocessing.Normalize(0, channel))))];
        int places = noisy.Length / layout.Channels;
        for (int i = 0; i < noisy.Length; i += 2)
        {
            var (one, other) = Normal.Pair(ref random);
            noisy[i] += deviations[ChannelOf(i, places)] * (float)one;
            if (i + 1 < noisy.Length)
            {
                noisy[i + 1] += deviations[ChannelOf(i + 1, places)] * (float)other;
            }
        }

        return noisy;
    }

    private int ChannelOf(int element, int places) => layout.Order == AxisOrder.ChannelsFirst ? element / places : element % layout.Channels;
}
