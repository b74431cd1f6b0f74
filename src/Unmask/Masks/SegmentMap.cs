using Unmask.Graphs;

namespace Unmask;

/// <summary>One number a segment: the full mask looks up each pixel's, or each element's, segment. Any number of segments runs in one compiled program.</summary>
public sealed class SegmentMap : MaskMap
{
    private const string Cells = "mask_segments";
    private const string Index = "mask_segment_of";

    private readonly InputLayout _layout;
    private readonly int _count;
    private readonly TensorData _index;

    /// <summary>Masks for an input that was divided into segments.</summary>
    /// <param name="layout">The input.</param>
    /// <param name="segments">Its segments, of pixels [height, width] or of elements in the item's own shape.</param>
    /// <exception cref="ArgumentException">The segments are not those of such an input.</exception>
    public SegmentMap(InputLayout layout, Segments segments)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(segments);
        long[] sizes = !segments.OfPixels(layout) ? [.. layout.Sizes.Select(size => (long)size)]
            : layout.Order == AxisOrder.ChannelsFirst ? [1, layout.Spatial.Height, layout.Spatial.Width]
            : [layout.Spatial.Height, layout.Spatial.Width, 1];
        if (!sizes.Where(size => size != 1).SequenceEqual(segments.Sizes.Where(size => size != 1).Select(size => (long)size)))
        {
            throw new ArgumentException($"Segments of [{string.Join(", ", segments.Sizes)}] do not fit the input {layout}.", nameof(segments));
        }

        _layout = layout;
        _count = segments.Count;
        _index = TensorData.Adopt(segments.Labels.ToArray(), sizes);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<MaskFeed> Feeds =>
        [new(new Value(Cells, ElementType.Float32, new Shape(Dimension.Named("N"), Dimension.Named("segments"))), [_count])];

    /// <inheritdoc/>
    public override IReadOnlyList<SharedFeed> SharedFeeds => [new(new Value(Index, ElementType.Int32, _index.Shape), _index)];

    /// <inheritdoc/>
    public override string Key => $"segments [{string.Join(", ", _index.Dimensions)}] of {_layout}";

    /// <inheritdoc/>
    public override string Expand(GraphBuilder graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Add("Gather", [Cells, Index], "mask/of_segments", ("axis", 1L));
    }

    /// <inheritdoc/>
    public override void Write(MaskCoordinates mask, ReadOnlySpan<Memory<float>> buffers) => mask.Cells.Span.CopyTo(buffers[0].Span);
}
