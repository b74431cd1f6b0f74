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

    /// <summary>
    /// The difference from references: (t − t̄) ⊙ m with the multipliers of a rule set that compares (<see cref="Graphs.RuleSet.DeepLift"/>), at the input itself; of several references
    /// the mean. One forward pass at the input, one at the reference and one backward pass, for each.
    /// </summary>
    /// <param name="baselines">The references, in the model's input space, at least one.</param>
    public static Estimator FromReferences(params ReadOnlySpan<Infill> baselines)
    {
        ArgumentOutOfRangeException.ThrowIfZero(baselines.Length, nameof(baselines));
        return new WhiteBox.ReferenceEstimator([.. baselines]);
    }

    /// <summary>The same from zero at the value that is moved: an inner layer that is off, not what it is at some input.</summary>
    public static Estimator FromZero { get; } = new WhiteBox.ReferenceEstimator([]);

    /// <summary>Another estimator at noisy copies of the input, its maps averaged.</summary>
    /// <param name="inner">What is done at each copy.</param>
    /// <param name="noise">How much noise, how many copies, and what is made of the maps.</param>
    public static Estimator Noisy(Estimator inner, NoiseLaw noise)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(noise);
        return new WhiteBox.NoiseEstimator(inner, noise);
    }

    /// <summary>Multipliers averaged over noisy copies of the input before the aggregator sees them, with the means of their squares and cubes; the cut's value is that of the input itself.</summary>
    /// <param name="noise">How much noise and how many copies; their <c>Average</c> is not used.</param>
    public static Estimator NoisyMultipliers(NoiseLaw noise)
    {
        ArgumentNullException.ThrowIfNull(noise);
        return new WhiteBox.NoisyMultiplierEstimator(noise);
    }

    /// <summary>Ablation-CAM's weights: how far the score falls, relative to itself, when a feature map is set to 0. Forward passes from the layer on, no gradient.</summary>
    public static Estimator Ablation { get; } = new WhiteBox.AblationEstimator();

    /// <summary>Score-CAM's weights: the score of the input under each feature map as a mask. Forward passes, no gradient.</summary>
    /// <param name="infill">What replaces what a mask hides.</param>
    /// <param name="softmax">Whether scores become weights by a softmax over channels (the paper); else they are the weights (the authors' repository).</param>
    /// <param name="alignCorners">Whether the outer cells' centres are put on the outer pixels' when maps are resized to masks.</param>
    public static Estimator MaskedScores(Infill infill, bool softmax, bool alignCorners = false)
    {
        ArgumentNullException.ThrowIfNull(infill);
        return new WhiteBox.MaskedScoreEstimator(infill, softmax, alignCorners);
    }

    /// <summary>The number of points that one item takes, for progress: never too small.</summary>
    internal abstract long PointsPerItem { get; }

    /// <summary>The number of steps that a run on one item reports: never too small.</summary>
    internal virtual long StepsFor(WhiteBox.WhiteBoxRun run) => PointsPerItem * run.Targets.Length;

    /// <summary>What to do when much is missing from a sum that was promised, as a whole sentence.</summary>
    internal virtual string RemedyForGap => "Raise the number of steps or samples.";

    /// <summary>Whether it knows relevance that is no multiple of the value: what rules for first layers give.</summary>
    internal virtual bool TakesRelevance => false;

    /// <summary>Estimates the attributions of items for every target of the run.</summary>
    internal abstract void Run(WhiteBox.WhiteBoxRun run, int items, WhiteBox.ItemWriter item, WhiteBox.EstimateReceiver receive);
}
