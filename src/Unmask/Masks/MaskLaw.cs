namespace Unmask;

/// <summary>Which masks are tried: a distribution to draw from, or an enumeration. Slot «law of the mask».</summary>
public abstract class MaskLaw
{
    /// <summary>The number of masks.</summary>
    public abstract int Count { get; }

    /// <summary>Mask number <paramref name="index"/>: a pure function of the law and the index.</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    public abstract MaskCoordinates At(int index);
}
