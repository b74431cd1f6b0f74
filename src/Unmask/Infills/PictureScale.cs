namespace Unmask;

/// <summary>A picture at one scale, its channels next to each other, with which of its pixels are kept.</summary>
/// <param name="Height">In pixels.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Channels">Numbers of a pixel.</param>
/// <param name="Colours">Row by row, [height, width, channels]; those of hidden pixels change.</param>
/// <param name="Kept">Whether a pixel is known.</param>
internal sealed record PictureScale(int Height, int Width, int Channels, float[] Colours, bool[] Kept)
{
    // Below this a patch covers too much of the picture to mean anything.
    private const int SmallestSide = 24;

    /// <summary>The finest scale.</summary>
    /// <param name="values">The picture, with first guesses in its hidden pixels.</param>
    /// <param name="layout">Its axes.</param>
    /// <param name="keep">1 = kept, 0 = hidden.</param>
    public static PictureScale Of(float[] values, InputLayout layout, ReadOnlySpan<float> keep)
    {
        var (height, width) = layout.Spatial;
        float[] colours = new float[layout.Count];
        bool[] kept = new bool[keep.Length];
        for (int place = 0; place < keep.Length; place++)
        {
            kept[place] = keep[place] != 0;
            for (int channel = 0; channel < layout.Channels; channel++)
            {
                colours[(place * layout.Channels) + channel] = values[layout.IndexOf(channel, place / width, place % width)];
            }
        }

        return new(height, width, layout.Channels, colours, kept);
    }

    /// <summary>Half the size: means of 2 × 2 pixels, kept where all four are; <c>null</c> when it is too small.</summary>
    public PictureScale? Halved()
    {
        int height = Height / 2, width = Width / 2;
        if (Math.Min(height, width) < SmallestSide)
        {
            return null;
        }

        var half = new PictureScale(height, width, Channels, new float[height * width * Channels], new bool[height * width]);
        for (int place = 0; place < half.Kept.Length; place++)
        {
            int first = (2 * (place / width) * Width) + (2 * (place % width));
            ReadOnlySpan<int> four = [first, first + 1, first + Width, first + Width + 1];
            half.Kept[place] = Kept[four[0]] && Kept[four[1]] && Kept[four[2]] && Kept[four[3]];
            for (int channel = 0; channel < Channels; channel++)
            {
                float sum = 0;
                foreach (int each in four)
                {
                    sum += Colours[(each * Channels) + channel];
                }

                half.Colours[(place * Channels) + channel] = sum / 4;
            }
        }

        return half;
    }

    /// <summary>Hidden pixels become what a scale of half the size says.</summary>
    public void TakeHiddenFrom(PictureScale coarser)
    {
        for (int place = 0; place < Kept.Length; place++)
        {
            if (!Kept[place])
            {
                int from = (Math.Min(place / Width / 2, coarser.Height - 1) * coarser.Width) + Math.Min(place % Width / 2, coarser.Width - 1);
                coarser.Colours.AsSpan(from * Channels, Channels).CopyTo(Colours.AsSpan(place * Channels, Channels));
            }
        }
    }

    /// <summary>The colours in the order of a model's input.</summary>
    public float[] ToInput(InputLayout layout)
    {
        float[] values = new float[Colours.Length];
        for (int place = 0; place < Kept.Length; place++)
        {
            for (int channel = 0; channel < Channels; channel++)
            {
                values[layout.IndexOf(channel, place / Width, place % Width)] = Colours[(place * Channels) + channel];
            }
        }

        return values;
    }
}
