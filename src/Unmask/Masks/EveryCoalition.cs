namespace Unmask;

/// <summary>All 2ⁿ ways to keep and hide n features, in binary order: everything hidden first, the first feature changing slowest.</summary>
public sealed class EveryCoalition : MaskLaw
{
    private readonly int _features;

    /// <summary>Enumerates the subsets of so many features.</summary>
    /// <param name="features">n, 1 to 30.</param>
    public EveryCoalition(int features)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(features);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(features, 30);
        _features = features;
    }

    /// <inheritdoc/>
    public override int Count => 1 << _features;

    /// <inheritdoc/>
    public override MaskCoordinates At(int index)
    {
        float[] kept = new float[_features];
        for (int feature = 0; feature < kept.Length; feature++)
        {
            kept[feature] = (index >> (_features - 1 - feature)) & 1;
        }

        return new(kept, default);
    }
}
