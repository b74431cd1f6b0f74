namespace Unmask;

/// <summary>Turns masks and the scores under them into attributions. Slot «solver or estimator» of methods that only probe.</summary>
public abstract class ProbeEstimator
{
    /// <summary>Takes one mask's scores. Called in the order of the masks, by one thread.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="scores">The masked input's score for each target.</param>
    public abstract void Observe(MaskCoordinates mask, ReadOnlySpan<double> scores);

    /// <summary>How many masks are wanted in all, asked after <paramref name="observed"/> of them: no more than that means that these suffice. Default: all there are.</summary>
    /// <remarks>Asked at the numbers that it returned itself (first at 0), so that the answer depends neither on batch size nor on threads.</remarks>
    public virtual int WantedAfter(int observed) => int.MaxValue;

    /// <summary>The attributions of each target, in the shape that <see cref="Sizes"/> states.</summary>
    public abstract IReadOnlyList<float[]> Result();

    /// <summary>The sizes of a result's axes.</summary>
    public abstract IReadOnlyList<int> Sizes { get; }
}
