namespace Unmask;

/// <summary>
/// Each pixel gets the change that replacing its segment makes, averaged over several divisions of the picture. Of each segment the scores of all draws of
/// its replacement are averaged first.
/// </summary>
/// <param name="sizes">[height, width].</param>
/// <param name="unmasked">The score of the whole input, for each target.</param>
/// <param name="change">What is said of a score before and a mean score after.</param>
internal sealed class RegionalDifference(IReadOnlyList<int> sizes, IReadOnlyList<double> unmasked, Func<double, double, double> change) : ProbeEstimator
{
    private readonly double[][] _maps = [.. unmasked.Select(_ => new double[sizes[0] * sizes[1]])];
    private double[][] _sums = [];
    private int[] _draws = [];
    private Segments? _segments;
    private int _divisions;

    public override IReadOnlyList<int> Sizes => sizes;

    /// <summary>Turns to another division of the picture; the masks from now on hide its segments.</summary>
    public void Begin(Segments segments)
    {
        Paint();
        (_segments, _draws, _sums) = (segments, new int[segments.Count], [.. unmasked.Select(_ => new double[segments.Count])]);
    }

    public override void Observe(MaskCoordinates mask, ReadOnlySpan<double> scores)
    {
        int hidden = EverySegment.HiddenBy(mask);
        _draws[hidden]++;
        for (int target = 0; target < scores.Length; target++)
        {
            _sums[target][hidden] += scores[target];
        }
    }

    public override IReadOnlyList<float[]> Result()
    {
        Paint();
        return [.. _maps.Select(map => map.Select(value => (float)(value / _divisions)).ToArray())];
    }

    private void Paint()
    {
        if (_segments is not { } segments)
        {
            return;
        }

        for (int target = 0; target < _maps.Length; target++)
        {
            double[] changes = [.. _sums[target].Select((sum, segment) => change(unmasked[target], sum / _draws[segment]))];
            for (int place = 0; place < _maps[target].Length; place++)
            {
                _maps[target][place] += changes[segments.Labels[place]];
            }
        }

        _divisions++;
        _segments = null;
    }
}
