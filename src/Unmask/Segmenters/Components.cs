namespace Unmask.Segmenters;

/// <summary>Makes every segment one connected piece of at least a given size.</summary>
internal static class Components
{
    /// <summary>
    /// Splits labels into their connected pieces (neighbours share an edge), then unites each piece that is too small with the adjacent piece of the
    /// most similar mean colour (among equals, the one found first, row by row).
    /// </summary>
    /// <returns>A number for each pixel that is the same exactly within a piece.</returns>
    public static int[] Connected(ReadOnlySpan<int> labels, float[][] colors, int width, int smallest)
    {
        var pieces = new DisjointSets(labels.Length);
        for (int p = 0; p < labels.Length; p++)
        {
            if (p % width + 1 < width && labels[p] == labels[p + 1])
            {
                Join(pieces, p, p + 1);
            }

            if (p + width < labels.Length && labels[p] == labels[p + width])
            {
                Join(pieces, p, p + width);
            }
        }

        while (UniteSmall(pieces, colors, width, smallest))
        {
        }

        return Roots(pieces, labels.Length);
    }

    /// <summary>The number that stands for each pixel's set.</summary>
    public static int[] Roots(DisjointSets sets, int count)
    {
        int[] roots = new int[count];
        for (int p = 0; p < count; p++)
        {
            roots[p] = sets.Find(p);
        }

        return roots;
    }

    private static void Join(DisjointSets pieces, int p, int q)
    {
        int one = pieces.Find(p), other = pieces.Find(q);
        if (one != other)
        {
            pieces.Unite(one, other);
        }
    }

    /// <summary>One round; pieces that grow from small ones may need another.</summary>
    private static bool UniteSmall(DisjointSets pieces, float[][] colors, int width, int smallest)
    {
        int[] roots = Roots(pieces, colors[0].Length);
        double[][] means = [.. colors.Select(plane => Means(plane, roots))];
        var nearest = new SortedDictionary<int, (int Piece, double Distance)>();
        for (int p = 0; p < roots.Length; p++)
        {
            if (p % width + 1 < width)
            {
                Consider(roots[p], roots[p + 1]);
            }

            if (p + width < roots.Length)
            {
                Consider(roots[p], roots[p + width]);
            }
        }

        bool changed = false;
        foreach (var (piece, (neighbour, _)) in nearest)
        {
            int one = pieces.Find(piece), other = pieces.Find(neighbour);
            // A piece that another one has joined in this round may be large enough by now.
            if (one != other && pieces.SizeOf(one) < smallest)
            {
                pieces.Unite(one, other);
                changed = true;
            }
        }

        return changed;

        void Consider(int one, int other)
        {
            if (one != other)
            {
                double distance = means.Sum(mean => (mean[one] - mean[other]) * (mean[one] - mean[other]));
                Offer(one, other, distance);
                Offer(other, one, distance);
            }
        }

        void Offer(int small, int neighbour, double distance)
        {
            if (pieces.SizeOf(small) < smallest && (!nearest.TryGetValue(small, out var found) || distance < found.Distance))
            {
                nearest[small] = (neighbour, distance);
            }
        }
    }

    private static double[] Means(float[] plane, int[] roots)
    {
        double[] sums = new double[plane.Length];
        int[] counts = new int[plane.Length];
        for (int p = 0; p < plane.Length; p++)
        {
            sums[roots[p]] += plane[p];
            counts[roots[p]]++;
        }

        for (int p = 0; p < sums.Length; p++)
        {
            sums[p] /= Math.Max(1, counts[p]);
        }

        return sums;
    }
}
