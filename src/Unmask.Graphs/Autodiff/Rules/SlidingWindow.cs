namespace Unmask.Graphs;

/// <summary>The attributes of an operator that slides a window over the axes behind batch and channels.</summary>
/// <param name="Kernel">Elements of the window, one entry an axis.</param>
/// <param name="Strides">Steps.</param>
/// <param name="Dilations">Distances between elements.</param>
/// <param name="Begins">Padding in front.</param>
/// <param name="Ends">Padding behind.</param>
internal sealed record SlidingWindow(long[] Kernel, long[] Strides, long[] Dilations, long[] Begins, long[] Ends)
{
    /// <summary>The number of spatial axes.</summary>
    public int Axes => Kernel.Length;

    /// <summary>All beginnings, then all ends.</summary>
    public long[] Pads => [.. Begins, .. Ends];

    /// <summary>The window of a node whose padding is explicit (<see cref="ResolveAutoPad"/>).</summary>
    /// <exception cref="UnsupportedOperatorException">The padding is only named, and could not be written out.</exception>
    public static SlidingWindow Of(Backward b, IReadOnlyList<long> kernel)
    {
        var node = b.Node;
        int axes = kernel.Count;
        if (node.Text("auto_pad", "NOTSET").StartsWith("SAME", StringComparison.Ordinal) || node.Ints("output_shape") is not null)
        {
            throw b.Refuse("The derivative of {op} with auto_pad or output_shape needs the size of the input's axes; state the shapes of the model's inputs");
        }

        long[] ones = [.. Enumerable.Repeat(1L, axes)];
        long[] pads = node.Text("auto_pad", "NOTSET") == "VALID" ? new long[2 * axes] : node.Ints("pads")?.ToArray() ?? new long[2 * axes];
        return new([.. kernel], node.Ints("strides")?.ToArray() ?? ones, node.Ints("dilations")?.ToArray() ?? ones, pads[..axes], pads[axes..]);
    }

    /// <summary>The number of positions that the window spans along an axis.</summary>
    public long Extent(int axis) => ((Kernel[axis] - 1) * Dilations[axis]) + 1;
}
