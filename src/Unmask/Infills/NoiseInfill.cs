namespace Unmask;

/// <summary>
/// Noise in the colours of pictures: one colour, uniform in [0, 1]³, and a normal number of standard deviation 0.2 on each pixel and channel, clipped to [0, 1] (FIDO's «random»);
/// or each pixel and channel uniform. Then preprocessed as the model's pictures are.
/// </summary>
/// <remarks>Source: Chang et al., «Explaining image classifiers by counterfactual generation», ICLR 2019, and its authors' code.</remarks>
internal sealed class NoiseInfill(bool uniform) : RandomInfill
{
    private const double Deviation = 0.2;
    private const float WhiteLevel = 255;

    public override string Name => uniform ? "noise:uniform" : "noise";

    internal override float[] Fill(ModelInput input, ReadOnlySpan<float> keep, ulong seed, long draw)
    {
        var layout = input.Layout;
        var (height, width) = layout.Spatial;
        var random = Rng.At(seed, draw);
        float[] filled = new float[layout.Count];
        for (int channel = 0; channel < layout.Channels; channel++)
        {
            double colour = random.NextDouble(), other = 0;
            for (int place = 0; place < height * width; place++)
            {
                double level;
                if (uniform)
                {
                    level = random.NextDouble();
                }
                else if (place % 2 == 0)
                {
                    (level, other) = Normal.Pair(ref random);
                    level = colour + (Deviation * level);
                }
                else
                {
                    level = colour + (Deviation * other);
                }

                filled[layout.IndexOf(channel, place / width, place % width)] = input.Preprocessing.Normalize(WhiteLevel * (float)Math.Clamp(level, 0, 1), channel);
            }
        }

        return filled;
    }
}

/// <summary>The input's own pixels in random order, each with all its channels; elements where there are no pixels. Colours stay, shapes go.</summary>
internal sealed class ShuffledInfill : RandomInfill
{
    public override string Name => "shuffled";

    internal override float[] Fill(ModelInput input, ReadOnlySpan<float> keep, ulong seed, long draw)
    {
        var layout = input.Layout;
        int channels = layout.IsSpatial ? layout.Channels : 1, places = layout.Count / channels;
        // Where one pixel's channels lie apart, and where next to each other.
        var (toChannel, toPlace) = layout.Order == AxisOrder.ChannelsFirst ? (places, 1) : (1, channels);
        int[] from = new int[places];
        float[] filled = new float[layout.Count];
        var random = Rng.At(seed, draw);
        for (int place = 0; place < places; place++)
        {
            // Fisher and Yates's shuffle, from the inside out.
            int other = random.NextInt32(place + 1);
            from[place] = from[other];
            from[other] = place;
        }

        for (int place = 0; place < places; place++)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                filled[(place * toPlace) + (channel * toChannel)] = input.Values[(from[place] * toPlace) + (channel * toChannel)];
            }
        }

        return filled;
    }
}
