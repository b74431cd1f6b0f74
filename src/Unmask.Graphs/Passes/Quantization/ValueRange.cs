namespace Unmask.Graphs;

/// <summary>The smallest and the largest number that was seen in a tensor.</summary>
/// <param name="Minimum">The smallest.</param>
/// <param name="Maximum">The largest.</param>
public readonly record struct ValueRange(float Minimum, float Maximum)
{
    private const float SmallestScale = 1e-30f;

    /// <summary>Whether both ends are finite numbers in order.</summary>
    public bool IsFinite => float.IsFinite(Minimum) && float.IsFinite(Maximum) && Minimum <= Maximum;

    /// <summary>The range of both.</summary>
    public ValueRange Union(ValueRange other) => new(MathF.Min(Minimum, other.Minimum), MathF.Max(Maximum, other.Maximum));

    /// <summary>
    /// The step s and the byte z of 0 for which bytes q stand for s·(q − z): 0 is exact, and the range (stretched to hold 0) fits within half a step.
    /// When nothing is below 0, no byte stands for more than <see cref="Maximum"/>: then storing as bytes does what a ReLU or ReLU6 before it did.
    /// </summary>
    public (float Scale, byte ZeroPoint) ToBytes()
    {
        double low = Math.Min(0, Minimum), high = Math.Max(0, Maximum);
        float scale = (float)Math.Max((high - low) / byte.MaxValue, SmallestScale);
        while (low == 0 && scale > SmallestScale && scale * byte.MaxValue > (float)high)
        {
            scale = MathF.BitDecrement(scale);
        }

        return (scale, (byte)Math.Clamp(Math.Round(-low / scale), byte.MinValue, byte.MaxValue));
    }
}
