using System.Collections.Immutable;

namespace Unmask;

/// <summary>A method's maps of one picture and class on the original network and on its support models.</summary>
/// <param name="Original">On the original network.</param>
/// <param name="Others">On the support models, one number a pixel, row by row.</param>
internal sealed record GadMaps(Explanation Original, ImmutableArray<float[]> Others)
{
    /// <summary>The original map, row by row.</summary>
    public float[] Map { get; } = Flat(Original);

    /// <summary>An explanation's map, row by row.</summary>
    public static float[] Flat(Explanation explanation)
    {
        float[,] map = explanation.ToMap();
        float[] values = new float[map.Length];
        Buffer.BlockCopy(map, 0, values, 0, values.Length * sizeof(float));
        return values;
    }

    /// <summary>The original map at its important pixels, 0 elsewhere.</summary>
    public float[] Thresholded(PixelImportance importance) => Kept(importance.Of(Map));

    /// <summary>The original map at the pixels that are important in every map, 0 elsewhere.</summary>
    /// <remarks>Step 3: GAD_a = map ⊙ Π_s [pixel important in map_s], s over the original network and the support models.</remarks>
    public float[] Intersection(PixelImportance importance)
    {
        bool[] kept = importance.Of(Map);
        foreach (float[] other in Others)
        {
            bool[] important = importance.Of(other);
            for (int i = 0; i < kept.Length; i++)
            {
                kept[i] &= important[i];
            }
        }

        return Kept(kept);
    }

    private float[] Kept(bool[] kept) => [.. Map.Zip(kept, (value, keep) => keep ? value : 0)];
}
