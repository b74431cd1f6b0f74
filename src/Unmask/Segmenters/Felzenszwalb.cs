using Unmask.Segmenters;

namespace Unmask;

/// <summary>Felzenszwalb and Huttenlocher's graph-based segments: pixels unite along the weakest edges first, while an edge is no stronger than what lies inside.</summary>
/// <remarks>
/// Union of A and B if w ≤ min(Int(A) + k ÷ |A|, Int(B) + k ÷ |B|), w the distance of two of the 8 neighbours' colours (0 to 255 a channel); then those below
/// the minimum size are united. Segments are connected (corners count) and vary widely in size. Deterministic: the seed is not used.
/// Source: Felzenszwalb, Huttenlocher, «Efficient graph-based image segmentation», IJCV 2004, eq. 4.
/// </remarks>
public sealed record Felzenszwalb : Segmenter
{
    /// <summary>k, above 0: larger means larger segments. Default 200.</summary>
    public double Scale { get; init => field = Require.Positive(value); } = 200;

    /// <summary>Standard deviation in pixels of a Gaussian blur before, 0 to 20. Default 0.8.</summary>
    public double SigmaPixels { get; init => field = Require.Between(value, 0, 20); } = 0.8;

    /// <summary>The smallest segment in pixels, at least 1. Default 50.</summary>
    public int MinSize { get; init => field = Require.Positive(value); } = 50;

    /// <inheritdoc/>
    public override string Name => $"felzenszwalb:{Table.Text(this)}";

    internal static SettingTable<Felzenszwalb> Table { get; } = new SettingTable<Felzenszwalb>(new())
        .Add("scale", "k; larger means larger segments; above 0.", o => SettingText.Of(o.Scale), (o, text) => o with { Scale = SettingText.Double(text) })
        .Add("sigma", "Blur before, in pixels; 0 to 20.", o => SettingText.Of(o.SigmaPixels), (o, text) => o with { SigmaPixels = SettingText.Double(text) })
        .Add("min-size", "The smallest segment in pixels; at least 1.", o => SettingText.Of(o.MinSize), (o, text) => o with { MinSize = SettingText.Int(text) });

    /// <inheritdoc/>
    public override Segments Segment(ModelInput input, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(input);
        var picture = SeenPicture.Of(input).Smoothed(SigmaPixels);
        var edges = new NeighbourEdges(picture);
        var sets = Unite(edges, picture.Height * picture.Width);
        return Segments.InOrderOfAppearance(picture.Height, picture.Width, Components.Roots(sets, picture.Height * picture.Width));
    }

    private DisjointSets Unite(NeighbourEdges edges, int pixels)
    {
        var sets = new DisjointSets(pixels);
        // Int(C): edges come in ascending order, so the last one that united a set is its largest.
        float[] inside = new float[pixels];
        for (int i = 0; i < edges.Count; i++)
        {
            var (one, other, weight) = edges[i];
            int a = sets.Find(one), b = sets.Find(other);
            if (a != b && weight <= Math.Min(inside[a] + (Scale / sets.SizeOf(a)), inside[b] + (Scale / sets.SizeOf(b))))
            {
                inside[sets.Unite(a, b)] = weight;
            }
        }

        for (int i = 0; i < edges.Count; i++)
        {
            var (one, other, _) = edges[i];
            int a = sets.Find(one), b = sets.Find(other);
            if (a != b && Math.Min(sets.SizeOf(a), sets.SizeOf(b)) < MinSize)
            {
                sets.Unite(a, b);
            }
        }

        return sets;
    }
}
