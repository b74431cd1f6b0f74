using Unmask.Graphs;

namespace Unmask;

/// <summary>
/// A grid of any numbers, resized bilinearly to the input and then scaled to 0 … 1: Score-CAM's masks. Expanded in the graph as <c>rows · grid · columns</c>. A grid that is
/// the same everywhere makes a mask of zeros.
/// </summary>
/// <param name="layout">The input, which must have two spatial axes.</param>
/// <param name="height">Cells down.</param>
/// <param name="width">Cells across.</param>
/// <param name="alignCorners">Whether the outer cells' centres lie on the outer pixels', rather than the cells' borders on the picture's.</param>
internal sealed class StretchedGridMap(InputLayout layout, int height, int width, bool alignCorners) : MaskMap
{
    /// <inheritdoc/>
    public override IReadOnlyList<MaskFeed> Feeds => [MaskFeed.Of("mask_grid", 1, height, width)];

    /// <inheritdoc/>
    public override string Key => $"stretched {height}x{width} {alignCorners} on {layout}";

    /// <inheritdoc/>
    public override string Expand(GraphBuilder graph)
    {
        var (rows, columns) = layout.Spatial;
        string down = graph.Constant(TensorData.Adopt(Weights(rows, height, byCell: false), rows, height), "mask/rows");
        string across = graph.Constant(TensorData.Adopt(Weights(columns, width, byCell: true), width, columns), "mask/columns");
        string stretched = graph.Add("MatMul", [down, graph.Add("MatMul", ["mask_grid", across], "mask/stretch_across")], "mask/stretch_down");
        string axes = graph.Constant([1, 2, 3], "mask/axes");
        string least = graph.Add("ReduceMin", [stretched, axes], "mask/least", ("keepdims", 1L));
        string range = graph.Add("Sub", [graph.Add("ReduceMax", [stretched, axes], "mask/most", ("keepdims", 1L)), least], "mask/range");
        string divisor = graph.Add("Where", [graph.Add("Greater", [range, graph.Constant(0f)], "mask/varies"), range, graph.Constant(1f)], "mask/divisor");
        string mask = graph.Add("Div", [graph.Add("Sub", [stretched, least], "mask/above_least"), divisor], "mask/scaled");
        return layout.Order == AxisOrder.ChannelsLast
            ? graph.Add("Reshape", [mask, graph.Constant([-1, rows, columns, 1], "mask/shape")], "mask/channels_last")
            : mask;
    }

    /// <inheritdoc/>
    public override void Write(MaskCoordinates mask, ReadOnlySpan<Memory<float>> buffers) => mask.Cells.CopyTo(buffers[0]);

    /// <summary>The weights of the cells at each pixel of one axis: [pixels, cells], or [cells, pixels].</summary>
    private float[] Weights(int pixels, int cells, bool byCell)
    {
        float[] weights = new float[pixels * cells];
        for (int pixel = 0; pixel < pixels; pixel++)
        {
            double position = alignCorners ? (pixels == 1 ? 0 : pixel * (cells - 1.0) / (pixels - 1)) : Math.Clamp(((pixel + 0.5) * cells / pixels) - 0.5, 0, cells - 1);
            int low = Math.Min((int)position, Math.Max(0, cells - 2)), high = Math.Min(low + 1, cells - 1);
            weights[At(pixel, low)] += (float)(1 - (position - low));
            weights[At(pixel, high)] += (float)(position - low);
        }

        return weights;

        int At(int pixel, int cell) => byCell ? (cell * pixels) + pixel : (pixel * cells) + cell;
    }
}
