namespace Unmask.WhiteBox;

/// <summary>
/// Gives pixels the mean attribution of the region that brings them in, the best regions first. Every pixel is brought in once, so what is still to be gained of all
/// other regions is kept up to date in time linear in their sizes.
/// </summary>
internal sealed class RegionRanking
{
    private readonly float[] _attributions;
    private readonly IReadOnlyList<int[]> _regions;
    private readonly List<int>[] _regionsOf;
    private readonly int[] _newPixels;
    private readonly double[] _newSums;
    private readonly int[] _rank;
    private readonly float[] _map;

    public RegionRanking(float[] attributions, IReadOnlyList<int[]> regions)
    {
        (_attributions, _regions, _map, _rank) = (attributions, regions, new float[attributions.Length], new int[attributions.Length]);
        _regionsOf = [.. attributions.Select(_ => new List<int>())];
        foreach (var (index, region) in regions.Index())
        {
            foreach (int pixel in region)
            {
                _regionsOf[pixel].Add(index);
            }
        }

        _newPixels = [.. regions.Select(region => region.Length)];
        _newSums = [.. regions.Select(region => region.Sum(pixel => (double)attributions[pixel]))];
    }

    /// <summary>The map: constant on what each region brought in.</summary>
    public float[] Map => _map;

    /// <summary>The place in the order, from 1, of the region that brought each pixel in; the uncovered rest comes last.</summary>
    public int[] Ranks => _rank;

    /// <summary>At each step the region with the largest mean over its new pixels: Kapishnikov et al., algorithm 1.</summary>
    /// <param name="fewestNew">Regions that would bring fewer new pixels are dropped.</param>
    /// <param name="area">The part of the picture at which to stop, 0 to 1.</param>
    public void Greedy(int fewestNew, double area) => Run(area, left =>
    {
        left.RemoveAll(region => _newPixels[region] < fewestNew);
        int best = -1;
        foreach (int region in left)
        {
            best = best < 0 || Gain(region) > Gain(best) ? region : best;
        }

        return best;
    });

    /// <summary>In the order of the means over whole regions.</summary>
    public void ByMean(int fewestNew, double area)
    {
        double[] means = [.. _newSums.Select((sum, region) => sum / _newPixels[region])];
        var order = new Queue<int>(Enumerable.Range(0, means.Length).OrderByDescending(region => means[region]));
        Run(area, _ =>
        {
            while (order.TryDequeue(out int region))
            {
                if (_newPixels[region] >= fewestNew)
                {
                    return region;
                }
            }

            return -1;
        });
    }

    private double Gain(int region) => _newSums[region] / _newPixels[region];

    private void Run(double area, Func<List<int>, int> next)
    {
        List<int> left = [.. Enumerable.Range(0, _regions.Count).Where(region => _newPixels[region] > 0)];
        int covered = 0, step = 0;
        while (covered < area * _map.Length && next(left) is var region and >= 0)
        {
            left.Remove(region);
            int[] pixels = [.. _regions[region].Where(pixel => _rank[pixel] == 0)];
            covered += pixels.Length;
            BringIn(pixels, ++step);
        }

        BringIn([.. Enumerable.Range(0, _rank.Length).Where(pixel => _rank[pixel] == 0)], step + 1);
    }

    /// <summary>The pixels get their own mean, so that the map has the sum of the attributions.</summary>
    private void BringIn(int[] pixels, int rank)
    {
        float mean = pixels.Length == 0 ? 0 : (float)(pixels.Sum(pixel => (double)_attributions[pixel]) / pixels.Length);
        foreach (int pixel in pixels)
        {
            (_map[pixel], _rank[pixel]) = (mean, rank);
            foreach (int region in _regionsOf[pixel])
            {
                _newPixels[region]--;
                _newSums[region] -= _attributions[pixel];
            }
        }
    }
}
