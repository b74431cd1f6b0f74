namespace Unmask.Segmenters;

/// <summary>Unites pieces of a picture that are too small with the adjacent piece of the most similar mean colour.</summary>
internal sealed class SmallPieces(DisjointSets pieces, float[][] colors, int width, int smallest)
{
    // In the order of the pieces' numbers, so that the result depends on nothing else.
    private readonly SortedDictionary<int, (int Piece, double Distance)> _nearest = [];

    /// <summary>One round.</summary>
    /// <returns>Whether anything changed.</returns>
    public bool Unite()
    {
        FindNearest();
        bool changed = false;
        foreach (var (piece, (neighbour, _)) in _nearest)
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
    }

    private void FindNearest()
    {
        _nearest.Clear();
        int[] roots = Components.Roots(pieces, colors[0].Length);
        double[][] means = [.. colors.Select(plane => Means(plane, roots))];
        for (int p = 0; p < roots.Length; p++)
        {
            if (p % width + 1 < width)
            {
                Compare(roots[p], roots[p + 1], means);
            }

            if (p + width < roots.Length)
            {
                Compare(roots[p], roots[p + width], means);
            }
        }
    }

    private void Compare(int one, int other, double[][] means)
    {
        if (one == other || Math.Min(pieces.SizeOf(one), pieces.SizeOf(other)) >= smallest)
        {
            return;
        }

        double distance = 0;
        foreach (double[] mean in means)
        {
            distance += (mean[one] - mean[other]) * (mean[one] - mean[other]);
        }

        Offer(one, other, distance);
        Offer(other, one, distance);
    }

    private void Offer(int small, int neighbour, double distance)
    {
        if (pieces.SizeOf(small) < smallest && (!_nearest.TryGetValue(small, out var found) || distance < found.Distance))
        {
            _nearest[small] = (neighbour, distance);
        }
    }

    /// <summary>The mean of each piece, at the number that stands for it.</summary>
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
