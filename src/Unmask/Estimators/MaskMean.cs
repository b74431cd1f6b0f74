namespace Unmask;

/// <summary>The score-weighted mean of shifted grids: RISE's estimator.</summary>
/// <remarks>Source: Petsiuk, Das, Saenko, «RISE», BMVC 2018, eq. 4-6.</remarks>
/// <param name="map">How the grids become masks.</param>
/// <param name="targets">The number of targets.</param>
/// <param name="keepProbability">p of the law that the grids come from.</param>
/// <param name="normalization">What the sum is divided by.</param>
public sealed class MaskMean(ShiftedGridMap map, int targets, double keepProbability, MaskNormalization normalization) : ProbeEstimator
{
    private readonly GridSum[] _weighted = [.. Enumerable.Range(0, targets).Select(_ => map.NewSum())];
    private readonly GridSum _plain = map.NewSum();
    private readonly double[] _scores = new double[targets];
    private long _count;

    /// <inheritdoc/>
    public override IReadOnlyList<int> Sizes => map.Sizes;

    /// <inheritdoc/>
    public override void Observe(MaskCoordinates mask, ReadOnlySpan<double> scores)
    {
        _count++;
        _plain.Add(mask, 1);
        for (int target = 0; target < _weighted.Length; target++)
        {
            _scores[target] += scores[target];
            _weighted[target].Add(mask, scores[target]);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<float[]> Result()
    {
        double[] coverage = _plain.Expand();
        return [.. _weighted.Select((sum, target) => Normalize(sum.Expand(), coverage, _scores[target] / _count))];
    }

    private float[] Normalize(double[] weighted, double[] coverage, double meanScore)
    {
        double divisor = normalization switch
        {
            MaskNormalization.ExpectedCoverage => _count * keepProbability,
            MaskNormalization.MeanSubtracted => _count * keepProbability * (1 - keepProbability),
            _ => _count,
        };
        float[] normalized = new float[weighted.Length];
        for (int i = 0; i < normalized.Length; i++)
        {
            normalized[i] = (float)(normalization switch
            {
                // A pixel that no mask kept has no evidence either way: the mean score.
                MaskNormalization.EmpiricalCoverage => coverage[i] > 0 ? weighted[i] / coverage[i] : meanScore,
                MaskNormalization.MeanSubtracted => (weighted[i] - (meanScore * coverage[i])) / divisor,
                _ => weighted[i] / divisor,
            });
        }

        return normalized;
    }
}
