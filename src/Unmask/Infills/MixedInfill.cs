namespace Unmask;

/// <summary>
/// Half of the time the picture itself, blurred (σ = 11 pixels, cut off at 27); else one colour, each channel uniform within a third of the way from mid-grey to black or white, with normal noise. A
/// mask that works for one of them only is found out by the other.
/// </summary>
/// <remarks>Source: the released code of Dabkowski and Gal, «Real time image saliency for black box classifiers», NIPS 2017.</remarks>
internal sealed class MixedInfill : RandomInfill
{
    // In units of mid-grey to white, the code's range of -1 to 1.
    private const double Deviation = 0.11, Reach = 0.33;
    private const float MiddleLevel = 127.5f;

    private static readonly BlurInfill Blurred = new(11, 27);

    public override string Name => "mixed";

    internal override float[] Fill(ModelInput input, ReadOnlySpan<float> keep, ulong seed, long draw)
    {
        var layout = input.Layout;
        var (height, width) = PictureOf(input);
        var random = Rng.At(seed, draw);
        if (random.NextDouble() < 0.5)
        {
            return Blurred.For(input);
        }

        float[] filled = new float[layout.Count];
        for (int channel = 0; channel < layout.Channels; channel++)
        {
            double colour = Reach * ((2 * random.NextDouble()) - 1), next = 0;
            for (int place = 0; place < height * width; place++)
            {
                (double noise, next) = place % 2 == 0 ? Normal.Pair(ref random) : (next, 0);
                float level = MiddleLevel * (float)(1 + colour + (Deviation * noise));
                filled[layout.IndexOf(channel, place / width, place % width)] = input.Preprocessing.Normalize(level, channel);
            }
        }

        return filled;
    }
}
