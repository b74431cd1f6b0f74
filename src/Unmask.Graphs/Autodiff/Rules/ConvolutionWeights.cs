namespace Unmask.Graphs;

/// <summary>
/// The multiplier of a convolution's weights: for every element of the kernel, the part of the image that it met, times the multiplier of the
/// output, summed over items and places. Slices and matrix products run several times as fast as a convolution with exchanged axes.
/// </summary>
internal static class ConvolutionWeights
{
    // Where one form overtakes another, measured on a processor (batches of 64 and 8, images of 8 to 56 places a side).
    private const long FewChannels = 8;
    private const long ManyChannels = 32;
    private const long SmallSide = 16;

    /// <summary>dW[m, c, k] = Σₙₚ dy[n, m, p] · image[n, c, s·p + d·k − pad].</summary>
    /// <param name="image">What the kernel slid over: [N, C, …].</param>
    /// <param name="dy">The multiplier of the places: [N, M, …].</param>
    /// <param name="weights">The weights: [M, C/groups, …].</param>
    /// <param name="window">The kernel's window over the image.</param>
    /// <param name="groups">The number of groups of channels.</param>
    public static Expression Flow(Expression image, Expression dy, Expression weights, SlidingWindow window, long groups)
    {
        long? channels = groups == 1 ? image.Shape?[1].Size : null;
        bool steps = window.Strides.Any(stride => stride > 1), isPoint = window.Kernel.All(size => size == 1);
        bool slides = !isPoint && !steps && channels is not null && window.Axes == 2 && window.Pads.All(pad => pad >= 0) && dy.Shape?.Skip(1).All(axis => axis.IsKnown) == true && image.Shape![3].IsKnown;
        return !isPoint && channels < FewChannels ? Gathered(image, dy, weights, window)
            : slides && channels >= ManyChannels && dy.Shape![2].Size < SmallSide ? ByRows(image, dy, weights, window)
            : slides ? ByColumns(image, dy, weights, window)
            : ByElement(image, dy, weights, window, groups);
    }

    /// <summary>A product for each element of the kernel.</summary>
    private static Expression ByElement(Expression image, Expression dy, Expression weights, SlidingWindow window, long groups)
    {
        var channels = InGroups(dy, groups);
        var parts = new List<Expression>();
        var padded = Padded(image, window);
        foreach (long[] element in Elements(window.Kernel))
        {
            var met = InGroups(Met(padded, dy, window, element), groups);
            parts.Add(channels.MatMul(met.SwapLastAxes()).Sum([0], keep: false).Unsqueeze(groups == 1 ? 2 : 3));
        }

        // [M, C, elements], or [G, M/G, C/G, elements], has the order of [M, C/G, kernel…].
        return Expression.Join(groups == 1 ? 2 : 3, [.. parts]).ReshapeLike(weights);
    }

    /// <summary>Of few channels, all that the kernel met side by side: one product with as many columns as the kernel has weights.</summary>
    private static Expression Gathered(Expression image, Expression dy, Expression weights, SlidingWindow window)
    {
        var padded = Padded(image, window);
        Expression[] met = [.. Elements(window.Kernel).Select(element => Met(padded, dy, window, element).Unsqueeze(2))];
        var columns = Expression.Join(2, met);
        var emitter = image.Owner;
        long rows = image.Shape![1].Size.GetValueOrDefault() * met.Length;
        columns = columns.Reshape(Expression.Join(0, emitter.Integers(0, rows), emitter.Integers(-1)));
        return InGroups(dy, 1).MatMul(columns.SwapLastAxes()).Sum([0], keep: false).ReshapeLike(weights);
    }

    /// <summary>
    /// Of many channels at stride 1, with the channels last: a slice along the rows for each column of the kernel; what an element met is then a run of whole rows,
    /// which a product reads as it lies.
    /// </summary>
    private static Expression ByRows(Expression image, Expression dy, Expression weights, SlidingWindow window)
    {
        long height = dy.Shape![2].Size.GetValueOrDefault(), width = dy.Shape[3].Size.GetValueOrDefault(), channels = image.Shape![1].Size.GetValueOrDefault();
        var last = Padded(image, window).Transpose(0, 2, 3, 1);
        var m = InGroups(dy, 1);
        var parts = new Expression[window.Kernel[0] * window.Kernel[1]];
        for (long column = 0; column < window.Kernel[1]; column++)
        {
            long left = column * window.Dilations[1];
            var rows = last.Slice([left], [left + width], [2]).Reshape(0, -1, channels);
            for (long row = 0; row < window.Kernel[0]; row++)
            {
                long top = row * window.Dilations[0] * width;
                parts[(row * window.Kernel[1]) + column] = m.MatMul(rows.Slice([top], [top + (height * width)], [1])).Sum([0], keep: false).Unsqueeze(2);
            }
        }

        return Expression.Join(2, parts).ReshapeLike(weights);
    }

    /// <summary>
    /// At stride 1, a product for each column of the kernel. Its rows move the multiplier instead of the image, each within as many more rows of zeros, and one product takes all
    /// of them: one behind another they are the multiplier, zeros, the multiplier, and so on.
    /// </summary>
    private static Expression ByColumns(Expression image, Expression dy, Expression weights, SlidingWindow window)
    {
        var emitter = image.Owner;
        long maps = dy.Shape![1].Size.GetValueOrDefault(), width = dy.Shape[3].Size.GetValueOrDefault();
        long rows = window.Kernel[0], apart = rows * window.Dilations[0], extent = window.Extent(0) - 1, missing = width - image.Shape![3].Size.GetValueOrDefault();
        var zeros = Expression.Zeros(Expression.Join(0, dy.SizeOf(0), emitter.Integers(maps, apart, width)), dy.Element);
        var moved = Expression.Join(2, [.. Enumerable.Range(0, (int)(2 * rows) - 1).Select(i => i % 2 == 0 ? dy : zeros)]);
        moved = moved.Reshape(0, maps * rows, (dy.Shape[2].Size.GetValueOrDefault() + extent) * width);
        var parts = new Expression[window.Kernel[1]];
        for (long column = 0; column < parts.Length; column++)
        {
            // The part of the image that the column meets; where it begins behind the image's edge, padding is negative.
            long left = window.Begins[1] - (column * window.Dilations[1]);
            var met = InGroups(image.Pad(0, 0, window.Begins[0], left, 0, 0, window.Ends[0], missing - left), 1);
            parts[column] = moved.MatMul(met.SwapLastAxes()).Sum([0], keep: false).Unsqueeze(2);
        }

        // [M · rows, C, columns] → [M, C, rows, columns]
        return Expression.Join(2, parts).Reshape(maps, rows, -1, parts.Length).Transpose(0, 2, 1, 3);
    }

    // Behind the last window nothing is read, but a slice of stride s must find its whole length.
    private static Expression Padded(Expression image, SlidingWindow window) =>
        image.Pad([0, 0, .. window.Begins, 0, 0, .. window.Ends.Zip(window.Strides, (end, stride) => Math.Max(end, 0) + stride - 1)]);

    private static Expression Met(Expression padded, Expression dy, SlidingWindow window, long[] element)
    {
        int axes = window.Axes;
        if (window.Strides.All(stride => stride == 1) && window.Kernel.All(size => size == 1))
        {
            return padded;
        }

        long[] starts = [.. element.Zip(window.Dilations, (position, dilation) => position * dilation)];
        var emitter = padded.Owner;
        var places = dy.Shape?.ToSizes() is { } sizes
            ? emitter.Integers(sizes.AsSpan(2))
            : emitter.Add("Shape", [dy], ("start", 2L));
        var first = emitter.Integers(starts);
        var ends = dy.Shape?.ToSizes() is { } known
            ? emitter.Integers([.. starts.Select((start, i) => start + (known[i + 2] * window.Strides[i]))])
            : first + (places * emitter.Integers(window.Strides));
        long[] spatial = [.. Enumerable.Range(2, axes).Select(axis => (long)axis)];
        return Expression.Emit("Slice", padded, first, ends, emitter.Integers(spatial), emitter.Integers(window.Strides));
    }

    // [N, C, …] → [N, G, C/G, places], or [N, C, places] of one group
    private static Expression InGroups(Expression x, long groups)
    {
        if (groups == 1)
        {
            return x.Reshape(0, 0, -1);
        }

        var emitter = x.Owner;
        var channels = x.Shape?[1].Size is { } known ? emitter.Integers(known / groups) : x.SizeOf(1) / emitter.Integers(groups);
        return x.Reshape(Expression.Join(0, emitter.Integers(0, groups), channels, emitter.Integers(-1)));
    }

    private static IEnumerable<long[]> Elements(long[] kernel)
    {
        long count = kernel.Aggregate(1L, (product, size) => product * size);
        for (long index = 0; index < count; index++)
        {
            long[] element = new long[kernel.Length];
            long rest = index;
            for (int axis = kernel.Length - 1; axis >= 0; axis--)
            {
                (rest, element[axis]) = Math.DivRem(rest, kernel[axis]);
            }

            yield return element;
        }
    }
}
