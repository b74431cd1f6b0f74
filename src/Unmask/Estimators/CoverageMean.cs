namespace Unmask;

/// <summary>Each element gets the mean drop of the score, f(x) − f(x with the window replaced), over the windows that cover it.</summary>
/// <param name="map">The windows.</param>
/// <param name="sizes">The sizes of the item's axes.</param>
/// <param name="unmasked">The score of the whole input, for each target.</param>
public sealed class CoverageMean(WindowMap map, IReadOnlyList<int> sizes, IReadOnlyList<double> unmasked) : ProbeEstimator
{
    private readonly double[][] _drops = [.. unmasked.Select(_ => new double[Product(sizes)])];
    private readonly int[] _coverage = new int[Product(sizes)];

    /// <inheritdoc/>
    public override IReadOnlyList<int> Sizes => sizes;

    /// <inheritdoc/>
    public override void Observe(MaskCoordinates mask, ReadOnlySpan<double> scores)
    {
        double[] drops = new double[scores.Length];
        for (int target = 0; target < drops.Length; target++)
        {
            drops[target] = unmasked[target] - scores[target];
        }

        Cover(mask, axis: 0, first: 0, drops);
    }

    /// <inheritdoc/>
    /// <remarks>An element that no window covers (the stride is larger than the window) gets 0; the explainer says so.</remarks>
    public override IReadOnlyList<float[]> Result() => [.. _drops.Select(Mean)];

    /// <summary>Whether every element was covered by a window.</summary>
    public bool CoversEverything => Array.TrueForAll(_coverage, count => count > 0);

    private float[] Mean(double[] drops)
    {
        float[] mean = new float[drops.Length];
        for (int i = 0; i < mean.Length; i++)
        {
            mean[i] = _coverage[i] == 0 ? 0 : (float)(drops[i] / _coverage[i]);
        }

        return mean;
    }

    /// <summary>Walks the elements of the window, axis by axis.</summary>
    private void Cover(MaskCoordinates mask, int axis, int first, double[] drops)
    {
        var (start, end) = map.Extent(mask, axis);
        if (axis + 1 < sizes.Count)
        {
            for (int i = start; i < end; i++)
            {
                Cover(mask, axis + 1, (first + i) * sizes[axis + 1], drops);
            }

            return;
        }

        for (int i = first + start; i < first + end; i++)
        {
            _coverage[i]++;
            for (int target = 0; target < drops.Length; target++)
            {
                _drops[target][i] += drops[target];
            }
        }
    }

    private static int Product(IReadOnlyList<int> sizes) => sizes.Aggregate(1, (product, size) => checked(product * size));
}
