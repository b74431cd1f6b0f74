namespace Unmask;

/// <summary>
/// At which inputs multipliers are taken, and how they are averaged: at the input itself, along a path from a baseline, or at noisy copies. One of the
/// four nouns of white-box methods; it knows no operator.
/// </summary>
public abstract class Estimator
{
    private protected Estimator()
    {
    }

    /// <summary>At the input itself: one forward and one backward pass.</summary>
    public static Estimator Point { get; } = new WhiteBox.PointEstimator();

    /// <summary>The integral along a path, by a quadrature.</summary>
    /// <param name="path">From where, on which way, at which nodes.</param>
    public static Estimator Along(AttributionPath path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new WhiteBox.PathEstimator(path);
    }

    /// <summary>The integral along a path that moves first where multipliers are smallest (guided integrated gradients).</summary>
    /// <param name="baseline">Where it starts.</param>
    /// <param name="steps">How many steps, at least 1.</param>
    /// <param name="fraction">The part of the elements that moves first, above 0 to 1.</param>
    /// <param name="maxDistance">How far elements may leave the straight path, as a part of the way, 0 to 1.</param>
    /// <param name="leftMultiplier">Whether a step takes the multiplier where it begins alone, rather than the mean of both ends.</param>
    public static Estimator Guided(Infill baseline, int steps, double fraction, double maxDistance, bool leftMultiplier = false)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        return new WhiteBox.GuidedPathEstimator(baseline, steps, fraction, maxDistance, leftMultiplier);
    }

    /// <summary>Another estimator at noisy copies of the input, its maps averaged.</summary>
    /// <param name="inner">What is done at each copy.</param>
    /// <param name="noise">How much noise, how many copies, and what is made of the maps.</param>
    public static Estimator Noisy(Estimator inner, NoiseLaw noise)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(noise);
        return new WhiteBox.NoiseEstimator(inner, noise);
    }

    /// <summary>The number of points that one item takes, for progress: never too small.</summary>
    internal abstract long PointsPerItem { get; }

    /// <summary>Whether it knows relevance that is no multiple of the value: what rules for first layers give.</summary>
    internal virtual bool TakesRelevance => false;

    /// <summary>Estimates the attributions of items for every target of the run.</summary>
    internal abstract void Run(WhiteBox.WhiteBoxRun run, int items, WhiteBox.ItemWriter item, WhiteBox.EstimateReceiver receive);
}
