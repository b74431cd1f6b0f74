using Unmask.Graphs;

namespace Unmask;

/// <summary>
/// A small grid of cells, stretched bilinearly beyond the input and cropped at a shift: RISE's masks. Expanded in the graph as
/// <c>rows · grid · columns</c>, two small matrix products a mask.
/// </summary>
public sealed class ShiftedGridMap : MaskMap
{
    private readonly ShiftedAxis _down;
    private readonly ShiftedAxis _across;
    private readonly InputLayout _layout;

    /// <summary>Masks of <paramref name="cells"/> × <paramref name="cells"/> cells for an input of two spatial axes.</summary>
    /// <param name="layout">The input, which must have two spatial axes.</param>
    /// <param name="cells">Cells a side, at least 1.</param>
    /// <param name="upsampling">Which of the published geometries.</param>
    public ShiftedGridMap(InputLayout layout, int cells, GridUpsampling upsampling)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cells);
        var (height, width) = layout.Spatial;
        _layout = layout;
        _down = new(height, cells, upsampling);
        _across = new(width, cells, upsampling);
        Cells = cells;
    }

    /// <summary>Cells a side.</summary>
    public int Cells { get; }

    /// <summary>The number of different shifts, down and across.</summary>
    public (int Down, int Across) Shifts => (_down.Shifts, _across.Shifts);

    /// <summary>Height and width of the masks.</summary>
    public IReadOnlyList<int> Sizes => [_down.Size, _across.Size];

    /// <inheritdoc/>
    public override IReadOnlyList<MaskFeed> Feeds =>
    [
        MaskFeed.Of("mask_rows", 1, _down.Size, Cells),
        MaskFeed.Of("mask_grid", 1, Cells, Cells),
        MaskFeed.Of("mask_columns", 1, Cells, _across.Size),
    ];

    /// <inheritdoc/>
    public override string Key => $"grid {Cells} on {_layout}";

    /// <inheritdoc/>
    public override string Expand(GraphBuilder graph)
    {
        string columns = graph.Add("MatMul", ["mask_grid", "mask_columns"], "mask/stretch_across");
        string mask = graph.Add("MatMul", ["mask_rows", columns], "mask/stretch_down");
        return _layout.Order == AxisOrder.ChannelsLast
            ? graph.Add("Reshape", [mask, graph.Constant([-1, _down.Size, _across.Size, 1], "mask/shape")], "mask/channels_last")
            : mask;
    }

    /// <inheritdoc/>
    public override void Write(MaskCoordinates mask, ReadOnlySpan<Memory<float>> buffers)
    {
        var offset = mask.Offset.Span;
        _down.At(offset[0]).CopyTo(buffers[0].Span);
        mask.Cells.Span.CopyTo(buffers[1].Span);
        Transpose(_across.At(offset[1]), buffers[2].Span, _across.Size, Cells);
    }

    /// <summary>Adds up weighted masks without expanding each: in grid space, one small sum a shift.</summary>
    internal GridSum NewSum() => new(_down, _across);

    /// <summary>The two axes seen through coarse bins.</summary>
    internal PooledGrid Pooled(int bins) => new(new(_down, bins), new(_across, bins));

    private static void Transpose(ReadOnlySpan<float> source, Span<float> target, int rows, int columns)
    {
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                target[(column * rows) + row] = source[(row * columns) + column];
            }
        }
    }
}

/// <summary>
/// Σ wᵢ·Mᵢ over shifted grids. The expansion is linear in the cells, so masks that share a shift are added as grids, and each shift is
/// expanded once at the end: the memory does not grow with the number of masks.
/// </summary>
internal sealed class GridSum(ShiftedAxis down, ShiftedAxis across)
{
    private readonly int _cells = down.Cells;
    private readonly SortedDictionary<(int Down, int Across), double[]> _grids = [];

    public void Add(MaskCoordinates mask, double weight)
    {
        var offset = mask.Offset.Span;
        if (!_grids.TryGetValue((offset[0], offset[1]), out double[]? sum))
        {
            _grids.Add((offset[0], offset[1]), sum = new double[_cells * _cells]);
        }

        var cells = mask.Cells.Span;
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] += weight * cells[i];
        }
    }

    /// <summary>The sum at full size, [height × width].</summary>
    public double[] Expand()
    {
        double[] full = new double[down.Size * across.Size];
        foreach (var sameRows in _grids.GroupBy(entry => entry.Key.Down))
        {
            double[] stretched = new double[_cells * across.Size];
            foreach (var (shift, grid) in sameRows)
            {
                AddProduct(grid, across.At(shift.Across), stretched);
            }

            AddRows(down.At(sameRows.Key), stretched, full);
        }

        return full;
    }

    /// <summary>stretched += grid · columnsᵀ.</summary>
    private void AddProduct(double[] grid, ReadOnlySpan<float> columns, double[] stretched)
    {
        for (int row = 0; row < _cells; row++)
        {
            for (int x = 0; x < across.Size; x++)
            {
                double sum = 0;
                for (int cell = 0; cell < _cells; cell++)
                {
                    sum += grid[(row * _cells) + cell] * columns[(x * _cells) + cell];
                }

                stretched[(row * across.Size) + x] += sum;
            }
        }
    }

    /// <summary>full += rows · stretched. At most two weights of a row are not zero.</summary>
    private void AddRows(ReadOnlySpan<float> rows, double[] stretched, double[] full)
    {
        for (int y = 0; y < down.Size; y++)
        {
            var line = full.AsSpan(y * across.Size, across.Size);
            for (int cell = 0; cell < _cells; cell++)
            {
                double weight = rows[(y * _cells) + cell];
                if (weight != 0)
                {
                    System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(stretched.AsSpan(cell * across.Size, across.Size), weight, line, line);
                }
            }
        }
    }
}
