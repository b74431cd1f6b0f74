namespace Unmask.Training;

/// <summary>
/// Random masks to learn in-painting from: what methods hide later is of many shapes, so a third each are rectangles, blobs (unions of ellipses), and cells of a
/// Bernoulli grid that is shifted at random.
/// </summary>
internal static class InpaintingMasks
{
    // Less than this teaches nothing; more leaves nothing to paint from.
    private const double LeastHidden = 0.03, MostHidden = 0.9;

    /// <summary>Draws a mask of size × size places: 1 = kept, 0 = hidden.</summary>
    public static float[] Draw(ref Rng random, int size)
    {
        while (true)
        {
            float[] keep = random.NextInt32(3) switch
            {
                0 => Rectangles(ref random, size),
                1 => Blobs(ref random, size),
                _ => Cells(ref random, size),
            };
            double hidden = 1 - (System.Numerics.Tensors.TensorPrimitives.Sum<float>(keep) / keep.Length);
            if (hidden is >= LeastHidden and <= MostHidden)
            {
                return keep;
            }
        }
    }

    private static float[] Rectangles(ref Rng random, int size)
    {
        float[] keep = Everything(size);
        for (int left = 1 + random.NextInt32(3); left > 0; left--)
        {
            int height = Between(ref random, size / 8, size * 5 / 8), width = Between(ref random, size / 8, size * 5 / 8);
            int top = random.NextInt32(size - height + 1), first = random.NextInt32(size - width + 1);
            for (int y = top; y < top + height; y++)
            {
                keep.AsSpan((y * size) + first, width).Clear();
            }
        }

        return keep;
    }

    private static float[] Blobs(ref Rng random, int size)
    {
        float[] keep = Everything(size);
        for (int left = 2 + random.NextInt32(8); left > 0; left--)
        {
            double centreY = random.NextDouble() * size, centreX = random.NextDouble() * size;
            double down = size * (0.04 + (0.2 * random.NextDouble())), across = size * (0.04 + (0.2 * random.NextDouble()));
            for (int place = 0; place < keep.Length; place++)
            {
                double y = ((place / size) - centreY) / down, x = ((place % size) - centreX) / across;
                keep[place] = (y * y) + (x * x) < 1 ? 0 : keep[place];
            }
        }

        return keep;
    }

    private static float[] Cells(ref Rng random, int size)
    {
        int cell = Between(ref random, 1, size / 4), shiftY = random.NextInt32(cell), shiftX = random.NextInt32(cell), cells = (size / cell) + 2;
        double probability = 0.15 + (0.75 * random.NextDouble());
        bool[] kept = new bool[cells * cells];
        for (int i = 0; i < kept.Length; i++)
        {
            kept[i] = random.NextDouble() < probability;
        }

        float[] keep = new float[size * size];
        for (int place = 0; place < keep.Length; place++)
        {
            keep[place] = kept[(((place / size) + shiftY) / cell * cells) + (((place % size) + shiftX) / cell)] ? 1 : 0;
        }

        return keep;
    }

    private static float[] Everything(int size)
    {
        float[] keep = new float[size * size];
        Array.Fill(keep, 1f);
        return keep;
    }

    /// <summary>From least to most, both included.</summary>
    private static int Between(ref Rng random, int least, int most) => least + random.NextInt32(most - least + 1);
}
