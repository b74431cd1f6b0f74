namespace Unmask.WhiteBox;

/// <summary>Overlapping regions of a picture: Felzenszwalb's segments at several scales, each a little dilated.</summary>
internal static class RegionMasks
{
    // Of pictures of 224 × 224 pixels, as in the paper's repository; of others in proportion.
    private const double ReferenceSide = 224;
    private const double ReferenceMinSize = 150;
    private const double ReferenceRadius = 5;

    private static readonly double[] Scales = [50, 100, 150, 250, 500, 1200];

    /// <summary>The regions, each a list of pixels.</summary>
    public static List<int[]> Of(ModelInput input)
    {
        var (height, width) = input.Layout.Spatial;
        double side = Math.Sqrt((double)height * width) / ReferenceSide;
        int smallest = Math.Max(1, (int)Math.Round(ReferenceMinSize * side * side)), radius = (int)Math.Round(ReferenceRadius * side);
        var masks = new List<int[]>();
        foreach (double scale in Scales)
        {
            var segments = new Felzenszwalb { Scale = scale, SigmaPixels = 0.8, MinSize = smallest }.Segment(input);
            for (int label = 0; label < segments.Count; label++)
            {
                masks.Add(Dilated(segments.Labels, label, height, width, radius));
            }
        }

        return masks;
    }

    /// <summary>A segment and every pixel within the radius of one of its pixels.</summary>
    private static int[] Dilated(ReadOnlySpan<int> labels, int label, int height, int width, int radius)
    {
        bool[] inside = new bool[labels.Length];
        for (int y = 0; y < height; y++)
        {
            for (int down = -radius; down <= radius; down++)
            {
                int row = y + down;
                if (row >= 0 && row < height)
                {
                    Spread(labels.Slice(row * width, width), label, (int)Math.Sqrt((radius * radius) - (down * down)), inside.AsSpan(y * width, width));
                }
            }
        }

        return [.. Enumerable.Range(0, inside.Length).Where(pixel => inside[pixel])];
    }

    /// <summary>Marks every place of a row that is no further than the reach from one with the label.</summary>
    private static void Spread(ReadOnlySpan<int> row, int label, int reach, Span<bool> inside)
    {
        int last = int.MinValue / 2;
        for (int x = 0; x < row.Length + reach; x++)
        {
            last = x < row.Length && row[x] == label ? x : last;
            int place = x - reach;
            if (place >= 0 && last >= place - reach)
            {
                inside[place] = true;
            }
        }
    }
}
