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

        var small = new SmallPieces(pieces, colors, width, smallest);
        // Pieces that grow from small ones may need another round.
        while (small.Unite())
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
}
