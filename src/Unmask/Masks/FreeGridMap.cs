using Unmask.Graphs;

namespace Unmask;

/// <summary>How a grid of cells is stretched to the size of a picture.</summary>
public enum CellStretch
{
    /// <summary>Each pixel has the value of the cell that it lies in.</summary>
    Nearest,

    /// <summary>Bilinear between the centres of cells, the border cells held outwards.</summary>
    Bilinear,
}

/// <summary>
/// A grid of free cells, stretched to the picture and, if asked, blurred: <c>rows · grid · columns</c>. Stretching and blurring are linear along each axis, so that both are in the two
/// small matrices and the blur costs nothing.
/// </summary>
public sealed class FreeGridMap : MaskMap
{
    private const string Grid = "mask_grid";

    // The blur is cut off here, in standard deviations.
    private const double Truncation = 4;

    private readonly InputLayout _layout;
    private readonly int _rows;
    private readonly int _columns;
    private readonly CellStretch _stretch;
    private readonly double _blurSigma;

    /// <summary>Masks of <paramref name="rows"/> × <paramref name="columns"/> cells for an input of two spatial axes.</summary>
    /// <param name="layout">The input, which must have two spatial axes.</param>
    /// <param name="rows">Cells down, at least 1.</param>
    /// <param name="columns">Cells across, at least 1.</param>
    /// <param name="stretch">How cells become pixels.</param>
    /// <param name="blurSigma">Standard deviation in pixels of a Gaussian that blurs the stretched mask, the border repeated outwards; 0: none.</param>
    public FreeGridMap(InputLayout layout, int rows, int columns, CellStretch stretch = CellStretch.Bilinear, double blurSigma = 0)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        ArgumentOutOfRangeException.ThrowIfNegative(blurSigma);
        _ = layout.Spatial;
        (_layout, _rows, _columns, _stretch, _blurSigma) = (layout, rows, columns, stretch, blurSigma);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<MaskFeed> Feeds => [MaskFeed.Of(Grid, _rows, _columns)];

    /// <inheritdoc/>
    public override string Key => FormattableString.Invariant($"free {_rows}x{_columns} {_stretch} blurred {_blurSigma} on {_layout}");

    /// <inheritdoc/>
    public override string Expand(GraphBuilder graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var (height, width) = _layout.Spatial;
        string down = graph.Constant(TensorData.Adopt(Weights(height, _rows), height, _rows), "mask/rows");
        string across = graph.Constant(TensorData.Adopt(Transposed(Weights(width, _columns), width, _columns), _columns, width), "mask/columns");
        string stretched = graph.Add("MatMul", [down, graph.Add("MatMul", [Grid, across], "mask/stretch_across")], "mask/stretch_down");
        long[] sizes = _layout.Order == AxisOrder.ChannelsLast ? [-1, height, width, 1] : [-1, 1, height, width];
        return graph.Add("Reshape", [stretched, graph.Constant(sizes, "mask/sizes")], "mask/axes");
    }

    /// <inheritdoc/>
    public override void Write(MaskCoordinates mask, ReadOnlySpan<Memory<float>> buffers) => mask.Cells.Span.CopyTo(buffers[0].Span);

    /// <summary>The weights of the cells at each pixel of one axis, [pixels, cells].</summary>
    private float[] Weights(int pixels, int cells)
    {
        double[] weights = new double[pixels * cells];
        for (int pixel = 0; pixel < pixels; pixel++)
        {
            double position = (pixel + 0.5) * cells / pixels;
            if (_stretch == CellStretch.Nearest)
            {
                weights[(pixel * cells) + Math.Min((int)position, cells - 1)] = 1;
                continue;
            }

            double center = Math.Clamp(position - 0.5, 0, cells - 1);
            int low = Math.Min((int)center, cells - 1), high = Math.Min(low + 1, cells - 1);
            weights[(pixel * cells) + low] += 1 - (center - low);
            weights[(pixel * cells) + high] += center - low;
        }

        return Array.ConvertAll(_blurSigma > 0 ? Blurred(weights, pixels, cells) : weights, weight => (float)weight);
    }

    private double[] Blurred(double[] weights, int pixels, int cells)
    {
        int radius = (int)Math.Ceiling(Truncation * _blurSigma);
        double[] kernel = [.. Enumerable.Range(-radius, (2 * radius) + 1).Select(at => Math.Exp(-0.5 * at * at / (_blurSigma * _blurSigma)))];
        double sum = kernel.Sum();
        double[] blurred = new double[weights.Length];
        for (int pixel = 0; pixel < pixels; pixel++)
        {
            for (int k = -radius; k <= radius; k++)
            {
                int from = Math.Clamp(pixel + k, 0, pixels - 1);
                for (int cell = 0; cell < cells; cell++)
                {
                    blurred[(pixel * cells) + cell] += kernel[k + radius] / sum * weights[(from * cells) + cell];
                }
            }
        }

        return blurred;
    }

    private static float[] Transposed(float[] values, int rows, int columns)
    {
        float[] transposed = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            transposed[(i % columns * rows) + (i / columns)] = values[i];
        }

        return transposed;
    }
}
