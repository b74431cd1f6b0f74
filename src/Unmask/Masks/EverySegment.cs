namespace Unmask;

/// <summary>Every feature hidden alone, one after the other.</summary>
/// <param name="features">How many, at least 1.</param>
public sealed class EverySegment(int features) : MaskLaw
{
    /// <inheritdoc/>
    public override int Count => features;

    /// <inheritdoc/>
    public override MaskCoordinates At(int index)
    {
        float[] kept = new float[features];
        Array.Fill(kept, 1);
        kept[index] = 0;
        return new(kept, default);
    }

    /// <summary>Which feature a mask hides.</summary>
    internal static int HiddenBy(MaskCoordinates mask) => mask.Cells.Span.IndexOf(0f);
}
