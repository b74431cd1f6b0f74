namespace Unmask;

/// <summary>Each mask of a law several times in a row: for in-fills that are drawn at random, which each repetition draws anew.</summary>
/// <param name="masks">The law.</param>
/// <param name="times">How often each mask occurs, at least 1.</param>
internal sealed class RepeatedMasks(MaskLaw masks, int times) : MaskLaw
{
    /// <inheritdoc/>
    public override int Count => checked(masks.Count * times);

    /// <inheritdoc/>
    public override MaskCoordinates At(int index) => masks.At(index / times);
}
