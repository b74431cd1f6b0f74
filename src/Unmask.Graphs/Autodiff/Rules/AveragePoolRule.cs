namespace Unmask.Graphs;

/// <summary>
/// AveragePool: every place gives its multiplier, divided by the number of elements that it averaged, to all of its window: a transposed
/// convolution with ones, channel by channel. The number is a product over axes.
/// </summary>
internal static class AveragePoolRule
{
    public static Expression Flow(Backward b)
    {
        var window = SlidingWindow.Of(b, b.Node.Ints("kernel_shape") ?? throw b.Refuse("{op} does not state its kernel_shape"));
        var shared = Shared(b, window);
        long? channels = b.ShapeOf(0)?[1].Size;
        if (channels is { } known)
        {
            return Spread(b, shared, window, known);
        }

        // Unknown channels become items.
        var alone = shared.Reshape(Expression.Join(0, b.Emitter.Integers(-1, 1), b.Emitter.Add("Shape", [shared], ("start", 2L))));
        return Spread(b, alone, window, 1).Reshape(b.X(0).Sizes());
    }

    private static Expression Shared(Backward b, SlidingWindow window)
    {
        var dy = b.Dy();
        for (int axis = 0; axis < window.Axes; axis++)
        {
            dy *= Share(b, window, axis);
        }

        return dy;
    }

    /// <summary>1 / the number of elements that a window averages along an axis: one number, or one for each place.</summary>
    private static Expression Share(Backward b, SlidingWindow window, int axis)
    {
        bool wholeWindows = b.Node.Int("ceil_mode", 0) == 0 && (b.Node.Int("count_include_pad", 0) != 0 || (window.Begins[axis] == 0 && window.Ends[axis] == 0));
        if (wholeWindows)
        {
            return 1.0 / window.Kernel[axis];
        }

        if (b.ShapeOf(0)?[axis + 2].Size is not { } size || b.Y().Shape?[axis + 2].Size is not { } places)
        {
            throw b.Refuse("The derivative of {op} with padding or ceil_mode needs the size of the input's axes; state the shapes of the model's inputs");
        }

        bool padded = b.Node.Int("count_include_pad", 0) != 0;
        float[] shares = new float[places];
        for (int place = 0; place < places; place++)
        {
            shares[place] = 1f / Math.Max(1, Inside(window, axis, place, size, padded));
        }

        long[] sizes = [.. Enumerable.Range(0, window.Axes).Select(other => other == axis ? places : 1L)];
        return b.Emitter.Constant(TensorData.Adopt(shares, sizes), "shares").Cast(b.X(0).Element);
    }

    // With ceil_mode the last window may reach beyond the padding; what is there never counts.
    private static int Inside(SlidingWindow window, int axis, long place, long size, bool padded)
    {
        long from = padded ? -window.Begins[axis] : 0, to = size + (padded ? window.Ends[axis] : 0);
        int count = 0;
        for (long element = 0; element < window.Kernel[axis]; element++)
        {
            long position = (place * window.Strides[axis]) + (element * window.Dilations[axis]) - window.Begins[axis];
            count += position >= from && position < to ? 1 : 0;
        }

        return count;
    }

    private static Expression Spread(Backward b, Expression shared, SlidingWindow window, long channels)
    {
        long count = window.Kernel.Aggregate(channels, (product, size) => product * size);
        float[] ones = new float[count];
        Array.Fill(ones, 1f);
        var kernel = b.Emitter.Constant(TensorData.Adopt(ones, [channels, 1, .. window.Kernel]), "ones").Cast(b.X(0).Element);
        long[] begins = [.. window.Begins], spreadEnds = new long[window.Axes], more = new long[window.Axes];
        for (int axis = 0; axis < window.Axes; axis++)
        {
            (spreadEnds[axis], more[axis]) = Ends(b, window, axis);
        }

        return b.Emitter.Add(
            "ConvTranspose",
            [shared, kernel],
            ("group", channels), ("strides", window.Strides), ("dilations", window.Dilations), ("pads", (long[])[.. begins, .. spreadEnds]), ("output_padding", more));
    }

    /// <summary>What is cut from the end of what the windows covered, or what is missing there, so that the input's size comes out.</summary>
    private static (long Cut, long More) Ends(Backward b, SlidingWindow window, int axis)
    {
        if (b.ShapeOf(0)?[axis + 2].Size is not { } size || b.Y().Shape?[axis + 2].Size is not { } places)
        {
            return window.Strides[axis] == 1
                ? (window.Ends[axis], 0)
                : throw b.Refuse("The derivative of {op} with a stride needs the size of the input's axes; state the shapes of the model's inputs");
        }

        long covered = ((places - 1) * window.Strides[axis]) + window.Extent(axis) - window.Begins[axis];
        return (Math.Max(0, covered - size), Math.Max(0, size - covered));
    }
}
