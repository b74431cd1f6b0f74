namespace Unmask.Graphs;

/// <summary>
/// The multiplier of a convolution's weights: for every element of the kernel, the part of the image that it met, times the multiplier of the
/// output, summed over items and places. Slices and matrix products run several times as fast as a convolution with exchanged axes.
/// </summary>
internal static class ConvolutionWeights
{
    /// <summary>dW[m, c, k] = Σₙₚ dy[n, m, p] · image[n, c, s·p + d·k − pad].</summary>
    /// <param name="image">What the kernel slid over: [N, C, …].</param>
    /// <param name="dy">The multiplier of the places: [N, M, …].</param>
    /// <param name="weights">The weights: [M, C/groups, …].</param>
    /// <param name="window">The kernel's window over the image.</param>
    /// <param name="groups">The number of groups of channels.</param>
    public static Expression Flow(Expression image, Expression dy, Expression weights, SlidingWindow window, long groups)
    {
        var channels = InGroups(dy, groups);
        var parts = new List<Expression>();
        var padded = Padded(image, window);
        foreach (long[] element in Elements(window.Kernel))
        {
            var met = InGroups(Met(padded, dy, window, element), groups);
            parts.Add(channels.MatMul(met.SwapLastAxes()).Sum([0], keep: false).Unsqueeze(3));
        }

        // [G, M/G, C/G, elements] has the order of [M, C/G, kernel…].
        return Expression.Join(3, [.. parts]).ReshapeLike(weights);
    }

    // Behind the last window nothing is read, but a slice of stride s must find its whole length.
    private static Expression Padded(Expression image, SlidingWindow window) =>
        image.Pad([0, 0, .. window.Begins, 0, 0, .. window.Ends.Zip(window.Strides, (end, stride) => Math.Max(end, 0) + stride - 1)]);

    private static Expression Met(Expression padded, Expression dy, SlidingWindow window, long[] element)
    {
        int axes = window.Axes;
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

    // [N, C, …] → [N, G, C/G, places]
    private static Expression InGroups(Expression x, long groups)
    {
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
