namespace Unmask;

/// <summary>Every element of the input is a segment of its own: the features of tables and short signals.</summary>
public sealed record ElementSegments : Segmenter
{
    /// <inheritdoc/>
    public override string Name => "elements";

    /// <inheritdoc/>
    public override Segments Segment(ModelInput input, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Segments.Of(input.Layout.Sizes.AsSpan(), Enumerable.Range(0, input.Layout.Count).ToArray());
    }
}
