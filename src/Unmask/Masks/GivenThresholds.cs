namespace Unmask;

/// <summary>Masks of a <see cref="PositionMap"/>, one by one: which order, and from which position on pixels are kept.</summary>
/// <param name="masks">The masks.</param>
public sealed class GivenThresholds(IReadOnlyList<(int Order, int Threshold)> masks) : MaskLaw
{
    /// <inheritdoc/>
    public override int Count => masks.Count;

    /// <inheritdoc/>
    public override MaskCoordinates At(int index) => new(default, new[] { masks[index].Order, masks[index].Threshold });
}
