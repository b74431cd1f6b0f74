using Unmask.Graphs;

namespace Unmask;

/// <summary>One cell for each element of what is masked: pixels and channels, features, tokens.</summary>
/// <param name="layout">What is masked.</param>
public sealed class ElementMap(InputLayout layout) : MaskMap
{
    private const string Elements = "mask_elements";

    /// <inheritdoc/>
    public override IReadOnlyList<MaskFeed> Feeds => [MaskFeed.Of(Elements, [.. layout.Sizes.Select(size => (long)size)])];

    /// <inheritdoc/>
    public override string Key => $"elements of {layout}";

    /// <inheritdoc/>
    public override string Expand(GraphBuilder graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return Elements;
    }

    /// <inheritdoc/>
    public override void Write(MaskCoordinates mask, ReadOnlySpan<Memory<float>> buffers) => mask.Cells.Span.CopyTo(buffers[0].Span);
}

/// <summary>One cell for each channel, the same at all places: for the channels of a layer.</summary>
/// <param name="layout">What is masked, which must have channels.</param>
public sealed class ChannelMap(InputLayout layout) : MaskMap
{
    private const string Channels = "mask_channels";

    /// <inheritdoc/>
    public override IReadOnlyList<MaskFeed> Feeds => [MaskFeed.Of(Channels, layout.Channels)];

    /// <inheritdoc/>
    public override string Key => $"channels of {layout}";

    /// <inheritdoc/>
    public override string Expand(GraphBuilder graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        long[] sizes = layout.Order == AxisOrder.ChannelsLast ? [-1, 1, 1, layout.Channels] : [-1, layout.Channels, 1, 1];
        return graph.Add("Reshape", [Channels, graph.Constant(sizes, "mask/sizes")], "mask/of_channels");
    }

    /// <inheritdoc/>
    public override void Write(MaskCoordinates mask, ReadOnlySpan<Memory<float>> buffers) => mask.Cells.Span.CopyTo(buffers[0].Span);
}
