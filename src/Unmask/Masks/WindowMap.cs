using Unmask.Graphs;

namespace Unmask;

/// <summary>
/// One box of the input is replaced and the rest kept: occlusion's masks, for inputs of any number of axes. Expanded in the graph as
/// 1 − w₁ · w₂ · …, one 0/1 vector an axis.
/// </summary>
public sealed class WindowMap : MaskMap
{
    private readonly int[] _sizes;
    private readonly int[] _window;
    private readonly int[] _axes;

    /// <summary>A window over the axes of one item of the input.</summary>
    /// <param name="sizes">The sizes of the item's axes (without the batch).</param>
    /// <param name="window">The window's size on each of them.</param>
    /// <exception cref="ArgumentException">The two differ in length, or a window is empty.</exception>
    public WindowMap(ReadOnlySpan<int> sizes, ReadOnlySpan<int> window)
    {
        if (sizes.Length != window.Length)
        {
            throw new ArgumentException($"A window needs one size for each of the {sizes.Length} axes; {window.Length} given.", nameof(window));
        }

        _sizes = sizes.ToArray();
        _window = window.ToArray();
        // An axis that the window covers whole needs no vector.
        _axes = [.. Enumerable.Range(0, sizes.Length).Where(axis => _window[axis] < _sizes[axis])];
        if (_axes.Length == 0)
        {
            _axes = [sizes.Length - 1];
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<MaskFeed> Feeds => [.. _axes.Select(axis => MaskFeed.Of($"mask_window{axis}", Vector(axis)))];

    /// <inheritdoc/>
    public override string Key => $"window on axes {string.Join(',', _axes)} of {string.Join('×', _sizes)}";

    /// <inheritdoc/>
    public override string Expand(GraphBuilder graph)
    {
        string window = $"mask_window{_axes[0]}";
        foreach (int axis in _axes.Skip(1))
        {
            window = graph.Add("Mul", [window, $"mask_window{axis}"], "mask/window");
        }

        return graph.Add("Sub", [graph.Constant(1f, "mask/one"), window], "mask/keep");
    }

    /// <inheritdoc/>
    public override void Write(MaskCoordinates mask, ReadOnlySpan<Memory<float>> buffers)
    {
        for (int i = 0; i < _axes.Length; i++)
        {
            var (start, end) = Extent(mask, _axes[i]);
            var vector = buffers[i].Span;
            vector.Clear();
            vector[start..end].Fill(1);
        }
    }

    /// <summary>The part of an axis that the window covers, clipped at the border.</summary>
    internal (int Start, int End) Extent(MaskCoordinates mask, int axis)
    {
        int start = Math.Min(mask.Offset.Span[axis], _sizes[axis]);
        return (start, Math.Min(start + _window[axis], _sizes[axis]));
    }

    private long[] Vector(int axis) => [.. _sizes.Select((size, other) => other == axis ? (long)size : 1)];
}
