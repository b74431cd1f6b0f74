namespace Unmask.Graphs;

/// <summary>A window that slides along one axis: the kernel of a convolution or of a pooling.</summary>
/// <param name="Kernel">Its elements.</param>
/// <param name="Stride">The step, at least 1.</param>
/// <param name="Dilation">The distance between its elements, at least 1.</param>
/// <param name="PadBegin">Elements added in front of the axis.</param>
/// <param name="PadEnd">Elements added behind it.</param>
internal sealed record Window(long Kernel, long Stride, long Dilation, long PadBegin, long PadEnd)
{
    /// <summary>The number of positions that it spans.</summary>
    public long Extent => checked(((Kernel - 1) * Dilation) + 1);

    /// <summary>The windows of a node, one an axis. <paramref name="kernel"/> has an entry for each spatial axis.</summary>
    public static Window[] Of(ShapeContext node, ReadOnlySpan<long> kernel)
    {
        int axes = kernel.Length;
        var strides = node.Node.Ints("strides");
        var dilations = node.Node.Ints("dilations");
        var pads = node.Node.Ints("pads");
        Check(node, "strides", strides?.Length ?? axes, axes);
        Check(node, "dilations", dilations?.Length ?? axes, axes);
        Check(node, "pads", pads?.Length ?? (2 * axes), 2 * axes);
        var windows = new Window[axes];
        for (int i = 0; i < axes; i++)
        {
            windows[i] = new(kernel[i], strides?[i] ?? 1, dilations?[i] ?? 1, pads?[i] ?? 0, pads?[i + axes] ?? 0);
            if (windows[i] is { Stride: < 1 } or { Dilation: < 1 } or { Kernel: < 1 })
            {
                throw node.Contradiction($"kernel, stride and dilation must be at least 1, but are {windows[i].Kernel}, {windows[i].Stride} and {windows[i].Dilation}.");
            }
        }

        return windows;
    }

    /// <summary>The number of places that the window takes along an axis of this size.</summary>
    public Dimension Places(ShapeContext node, Dimension axis, bool ceiling = false)
    {
        string padding = node.Node.Text("auto_pad", "NOTSET");
        if (node.Symbols.SizeOf(axis) is not { } size)
        {
            return Dimension.Unknown;
        }

        if (padding.StartsWith("SAME", StringComparison.Ordinal))
        {
            return node.Symbols.AxisOf(size.CeilingDivide(Stride));
        }

        bool padded = padding != "VALID";
        long begin = padded ? PadBegin : 0;
        var room = size + (begin + (padded ? PadEnd : 0) - Extent);
        if (room.Constant <= -Stride)
        {
            throw node.Contradiction($"a window of {Extent} does not fit into an axis of {axis} with padding {begin} and {(padded ? PadEnd : 0)}.");
        }

        if (ceiling && Stride > 1)
        {
            return node.Symbols.AxisOf(CeilingPlaces(size, begin, room));
        }

        // A window that just does not fit has no place by definition, and one in a runtime that rounds towards 0.
        return room.Constant < 0 ? Dimension.Unknown : node.Symbols.AxisOf(room.FloorDivide(Stride) + 1);
    }

    /// <summary>An attribute must have as many entries as there are axes.</summary>
    public static void Check(ShapeContext node, string attribute, int entries, int expected)
    {
        if (entries != expected)
        {
            throw node.Contradiction($"the attribute {attribute} has {entries} entries, but must have {expected}.");
        }
    }

    // A last window that would start behind the last element and its front padding is dropped.
    private SizeExpression? CeilingPlaces(SizeExpression size, long begin, SizeExpression room)
    {
        var places = room.CeilingDivide(Stride) + 1;
        if (places.Constant is { } count && size.Constant is { } known)
        {
            return (count - 1) * Stride >= known + begin ? count - 1 : count;
        }

        // (ceil(room/s))*s <= room + s - 1 = size + begin + (end - extent + s - 1): below size + begin when the bracket is negative.
        return PadEnd - Extent + Stride - 1 < 0 ? places : null;
    }
}
