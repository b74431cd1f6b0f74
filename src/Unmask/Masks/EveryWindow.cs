namespace Unmask;

/// <summary>A window at every position of a regular lattice, first axis slowest: the enumeration that occlusion tries.</summary>
public sealed class EveryWindow : MaskLaw
{
    private readonly int[] _stride;
    private readonly int[] _positions;

    /// <summary>Takes the sizes of the axes, the window and the stride, all with the same number of axes.</summary>
    /// <remarks>
    /// On each axis the windows start at 0, stride, 2·stride … for ⌈(size − window) ÷ stride⌉ + 1 positions, so that the whole axis is
    /// covered (when the stride is at most the window); the last window may stick out and is clipped at the border.
    /// </remarks>
    public EveryWindow(ReadOnlySpan<int> sizes, ReadOnlySpan<int> window, ReadOnlySpan<int> stride)
    {
        _stride = stride.ToArray();
        _positions = new int[sizes.Length];
        Count = 1;
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            _positions[axis] = ((Math.Max(0, sizes[axis] - window[axis]) + stride[axis] - 1) / stride[axis]) + 1;
            Count = checked(Count * _positions[axis]);
        }
    }

    /// <inheritdoc/>
    public override int Count { get; }

    /// <summary>The number of positions on each axis.</summary>
    public IReadOnlyList<int> Positions => _positions;

    /// <inheritdoc/>
    public override MaskCoordinates At(int index)
    {
        int[] offset = new int[_positions.Length];
        for (int axis = offset.Length - 1; axis >= 0; axis--)
        {
            offset[axis] = index % _positions[axis] * _stride[axis];
            index /= _positions[axis];
        }

        return new(default, offset);
    }
}
