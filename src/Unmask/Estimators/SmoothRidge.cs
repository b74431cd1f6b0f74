namespace Unmask;

/// <summary>
/// Bayesian ridge regression of scores on binned masks, f = c + φ·w + noise, with a smooth prior on the weights: w ~ N(0, s²·K), K a
/// Gaussian kernel between the bins' centres. The kernel's length and the strength of the ridge λ = noise² ÷ s² are those under which the
/// scores are most likely (marginal likelihood, the intercept integrated out).
/// </summary>
/// <remarks>Source: Rasmussen, Williams, «Gaussian Processes for Machine Learning», 2006, §2.2 and §5.4.</remarks>
internal sealed class SmoothRidge(PooledGrid grid)
{
    /// <summary>The lengths that are tried, as fractions of the input's side.</summary>
    private static readonly double[] Lengths = [1.0 / 16, 3.0 / 32, 9.0 / 64, 13.0 / 64];

    // Directions in which the prior's variance is below this share of its largest carry nothing.
    private const double SmallestShare = 1e-4;

    private readonly SmoothBasis[] _bases = [.. Lengths.Select(length => new SmoothBasis(grid, length, SmallestShare))];

    /// <summary>The regression over masks of the given scatter Σ (φ − φ̄)(φ − φ̄)ᵀ, ready for any number of series of scores.</summary>
    public RidgeProblem Over(double[] scatter) => new(scatter, _bases);

    /// <summary>The same with the prior's standard deviation at each bin multiplied by its scale.</summary>
    public RidgeProblem Over(double[] scatter, double[] scales) => new(scatter, [.. _bases.Select(basis => basis.Scaled(scales))]);
}
