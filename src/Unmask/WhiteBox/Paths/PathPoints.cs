namespace Unmask.WhiteBox;

/// <summary>The points of a path to one item. Written from several threads; added in their order.</summary>
internal abstract class PathPoints
{
    /// <summary>How many points gradients are taken at.</summary>
    public abstract int Count { get; }

    /// <summary>How many baselines the path starts from; their scores are averaged.</summary>
    public abstract int Starts { get; }

    /// <summary>Whether an inner cut's differences take the multiplier before them alone.</summary>
    public virtual bool LeftMultiplier => false;

    /// <summary>Whether a point has no neighbour before it: the first from its baseline.</summary>
    public abstract bool IsFirst(int point);

    /// <summary>The weight of a point's multiplier in their mean.</summary>
    public abstract double Weight(int point);

    /// <summary>Writes a point.</summary>
    public abstract void Write(int point, Span<float> value);

    /// <summary>Writes a baseline.</summary>
    public abstract void WriteStart(int start, Span<float> value);

    /// <summary>Adds multiplier times displacement to the integral.</summary>
    public abstract void Add(int point, ReadOnlySpan<float> multiplier, double[] integral);

    /// <summary>Whether points are drawn at random, so that the attributions have error bars.</summary>
    public virtual bool IsRandom => false;
}
