using Unmask.Graphs;

namespace Unmask;

/// <summary>
/// Parts of the input go in an order: every pixel has a position, and a mask keeps the pixels whose position is at least a threshold. The
/// positions of one or several orders are shared by all masks of a run; a mask itself is two numbers (which order, which threshold), compared
/// in the graph as <c>positions[order] ≥ threshold</c>.
/// </summary>
public sealed class PositionMap : MaskMap
{
    // Positions are compared as floats, which hold whole numbers exactly up to here.
    private const int MostPositions = 1 << 24;

    private readonly InputLayout _layout;
    private readonly TensorData _positions;

    /// <summary>Masks over one or several orders.</summary>
    /// <param name="layout">The input: the channels of a pixel go together; an input that is no picture goes element by element.</param>
    /// <param name="orders">At least one: a whole number a pixel (or element), row by row; several may be equal and then go together.</param>
    /// <exception cref="ArgumentException">There is no order, or one does not fit the input.</exception>
    public PositionMap(InputLayout layout, IReadOnlyList<int[]> orders)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(orders);
        _layout = layout;
        long[] sizes = SizesOf(layout);
        long count = sizes.Aggregate(1L, (product, size) => product * size);
        if (orders.Count == 0 || count > MostPositions || orders.Any(order => order.Length != count))
        {
            throw new ArgumentException($"An input {layout} needs orders of {count} positions each (at most {MostPositions}); {orders.Count} orders were given.", nameof(orders));
        }

        float[] all = new float[checked((int)(count * orders.Count))];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = orders[(int)(i / count)][(int)(i % count)];
        }

        _positions = TensorData.Adopt(all, [orders.Count, .. sizes]);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<MaskFeed> Feeds => [MaskFeed.Of("mask_order"), MaskFeed.Of("mask_threshold", [.. SizesOf(_layout).Select(_ => 1L)])];

    /// <inheritdoc/>
    public override IReadOnlyList<SharedFeed> SharedFeeds =>
        [new(new Value("mask_positions", ElementType.Float32, new Shape([Dimension.Named("orders"), .. SizesOf(_layout).Select(size => Dimension.Of(size))])), _positions)];

    /// <inheritdoc/>
    public override string Key => $"positions on {_layout}";

    /// <inheritdoc/>
    public override string Expand(GraphBuilder graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        string order = graph.Add("Cast", ["mask_order"], "mask/order", ("to", (long)ElementType.Int64));
        string positions = graph.Add("Gather", ["mask_positions", order], "mask/positions", ("axis", 0L));
        string keep = graph.Add("GreaterOrEqual", [positions, "mask_threshold"], "mask/keep");
        return graph.Add("Cast", [keep], "mask/as_number", ("to", (long)ElementType.Float32));
    }

    /// <inheritdoc/>
    public override void Write(MaskCoordinates mask, ReadOnlySpan<Memory<float>> buffers)
    {
        buffers[0].Span[0] = mask.Offset.Span[0];
        buffers[1].Span[0] = mask.Offset.Span[1];
    }

    /// <summary>The sizes of one mask: 1 in the place of channels.</summary>
    private static long[] SizesOf(InputLayout layout) => layout.Order switch
    {
        AxisOrder.ChannelsFirst => [1, layout.Sizes[1], layout.Sizes[2]],
        AxisOrder.ChannelsLast => [layout.Sizes[0], layout.Sizes[1], 1],
        _ => [.. layout.Sizes.Select(size => (long)size)],
    };
}
