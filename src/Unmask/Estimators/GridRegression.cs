namespace Unmask;

/// <summary>
/// RISE's map by regression: the scores are explained as a smooth weighting of the masks (see <see cref="SmoothRidge"/>), and the map is what
/// RISE would return for that weighting with infinitely many masks. Knows how uncertain it is, and stops when that is little enough.
/// </summary>
/// <remarks>
/// For f = c + φ(M)·w the expected mean-subtracted map is E[(f − f̄)(M(λ) − p)] ÷ (p(1 − p)) = Σₖ wₖ·Rₖ(λ), with R the mean response of the
/// masks at λ to the cells behind bin k: linear in w, so its posterior is known in closed form. Where all of a target's scores are probabilities, w is
/// that of a <see cref="LinkedRegression"/>, which is nearer to the exact map; the error bar stays that of the regression above.
/// </remarks>
public sealed class GridRegression : ProbeEstimator
{
    /// <summary>The fewest masks on which a regression means anything.</summary>
    public const int FewestMasks = 16;

    // Scores that differ by less than this share of their level are the rounding of one and the same score.
    private const double Rounding = 1e-6;

    private readonly ShiftedGridMap _map;
    private readonly PooledGrid _grid;
    private readonly MaskMoments _moments;
    private readonly SmoothRidge _ridge;
    private readonly bool[] _probabilities;
    private readonly double[] _series;
    private readonly double _keepProbability;
    private readonly MaskNormalization _normalization;
    private readonly double _tolerance;
    private RidgeProblem? _problem;
    private RidgeFit[]? _fits;

    /// <summary>Takes the masks' map, the number of targets, p, the form of the result, and when to stop.</summary>
    /// <param name="map">How the grids become masks.</param>
    /// <param name="targets">The number of targets.</param>
    /// <param name="keepProbability">p of the law that the grids come from.</param>
    /// <param name="normalization">The units of the result; <see cref="MaskNormalization.EmpiricalCoverage"/> is that of the expected coverage here.</param>
    /// <param name="tolerance">The <see cref="MapUncertainty.RelativeError"/> at which no more masks are wanted; 0: all masks of the law.</param>
    public GridRegression(ShiftedGridMap map, int targets, double keepProbability, MaskNormalization normalization, double tolerance)
    {
        _map = map;
        _grid = map.Pooled(BinsFor(map.Cells));
        _probabilities = [.. Enumerable.Repeat(true, targets)];
        _series = new double[targets * SeriesPerTarget];
        _moments = new(_grid, map.Cells, _series.Length);
        _ridge = new(_grid);
        _keepProbability = keepProbability;
        _normalization = normalization;
        _tolerance = tolerance;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Sizes => _map.Sizes;

    /// <summary>Masks observed.</summary>
    public int Count => _moments.Count;

    /// <inheritdoc/>
    public override void Observe(MaskCoordinates mask, ReadOnlySpan<double> scores)
    {
        (_problem, _fits) = (null, null);
        for (int target = 0; target < scores.Length; target++)
        {
            double score = scores[target];
            _probabilities[target] &= score is >= -Rounding and <= 1 + Rounding;
            int first = target * SeriesPerTarget;
            _series[first] = score;
            for (int link = 1; link < SeriesPerTarget; link++)
            {
                _series[first + link] = LinkedRegression.Links[link - 1].Of(score);
            }
        }

        _moments.Add(mask, _series);
    }

    /// <inheritdoc/>
    /// <remarks>Asks itself after 64 masks and then whenever half as many have come again.</remarks>
    public override int WantedAfter(int observed)
    {
        if (_tolerance <= 0)
        {
            return int.MaxValue;
        }

        const int First = 64, Step = 32;
        return observed < First ? First
            : Uncertainties().Index().All(one => IsConstant(one.Index) || one.Item.RelativeError <= _tolerance) ? observed
            : observed + Math.Max(Step, observed / 2 / Step * Step);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<float[]> Result() => [.. Fits().Select((fit, target) => InUnits(_grid.Map(Weights(fit, target)), _moments.Mean(target * SeriesPerTarget)))];

    /// <summary>The posterior standard deviation of each target's map, element by element, in its units.</summary>
    public IReadOnlyList<float[]> Deviations() => [.. Fits().Select(fit => fit.Deviation().Select(value => (float)(value * Factor)).ToArray())];

    /// <summary>How uncertain each target's map is, all in all.</summary>
    public IReadOnlyList<MapUncertainty> Uncertainties() => [.. Fits().Select(fit => fit.Uncertainty()).Select(one => new MapUncertainty(one.Spread * Factor, one.Error * Factor, one.ErrorBound * Factor))];

    /// <summary>From the units of the mean-subtracted form, Cov ÷ p(1 − p), to those of the result.</summary>
    private double Factor => _normalization switch
    {
        MaskNormalization.MeanSubtracted => 1,
        MaskNormalization.Count => _keepProbability * (1 - _keepProbability),
        _ => 1 - _keepProbability,
    };

    /// <summary>The scores themselves, then the scores under each link.</summary>
    private static int SeriesPerTarget => 1 + LinkedRegression.Links.Count;

    private static int BinsFor(int cells) => cells <= 8 ? 16 : 24;

    private float[] InUnits(double[] map, double meanScore)
    {
        double level = _normalization switch
        {
            MaskNormalization.MeanSubtracted => 0,
            MaskNormalization.Count => meanScore * _keepProbability,
            _ => meanScore,
        };
        float[] values = new float[map.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(level + (Factor * map[i]));
        }

        return values;
    }

    private bool IsConstant(int target)
    {
        int series = target * SeriesPerTarget;
        return _moments.Spread(series) <= Math.Pow(Rounding * _moments.Mean(series), 2) * _moments.Count;
    }

    private double[] Weights(RidgeFit fit, int target)
    {
        if (!_probabilities[target] || IsConstant(target))
        {
            return fit.Weights();
        }

        int first = target * SeriesPerTarget;
        var linked = Enumerable.Range(first + 1, LinkedRegression.Links.Count).Select(_moments.Of);
        return LinkedRegression.Weights(_ridge, _grid, Problem(), _moments.Of(first), [.. linked]);
    }

    private RidgeProblem Problem() => _moments.Count >= FewestMasks
        ? _problem ??= _ridge.Over(_moments.Scatter())
        : throw new InvalidOperationException($"A regression needs at least {FewestMasks} masks.");

    private RidgeFit[] Fits() => _fits ??= [.. Enumerable.Range(0, _probabilities.Length).Select(target => Problem().Fit(_moments.Of(target * SeriesPerTarget)))];
}
