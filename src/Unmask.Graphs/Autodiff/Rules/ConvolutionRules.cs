using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>Convolutions over any number of spatial axes. The two kinds are each other's transpose.</summary>
internal static class ConvolutionRules
{
    public static void AddTo(RuleTable table) => table
        .Linear("Conv", Convolution)
        .Linear("ConvTranspose", Transposed);

    private static void Convolution(Backward b)
    {
        var window = WindowOf(b);
        b.Flow(0, b => Spread(b, window));
        b.Flow(1, b => ConvolutionWeights.Flow(b.X(0), b.Dy(), b.X(1), window, b.Node.Int("group", 1)));
        b.Flow(2, static b => ChannelSum(b.Dy()));
    }

    private static void Transposed(Backward b)
    {
        var window = WindowOf(b);
        b.Flow(0, b => b.Emitter.Add("Conv", [b.Dy(), b.X(1)], Attributes(b.Node, window.Pads)));
        b.Flow(1, b => ConvolutionWeights.Flow(b.Dy(), b.X(0), b.X(1), window, b.Node.Int("group", 1)));
        b.Flow(2, static b => ChannelSum(b.Dy()));
    }

    /// <summary>The window of a convolution.</summary>
    /// <exception cref="UnsupportedOperatorException">The size of its kernel is not known.</exception>
    public static SlidingWindow WindowOf(Backward b)
    {
        var kernel = b.Node.Ints("kernel_shape") ?? b.ShapeOf(1)?.ToSizes()?.Skip(2).ToImmutableArray();
        return kernel is { } known ? SlidingWindow.Of(b, known) : throw b.Refuse("The size of the kernel of {op} is not known before the run");
    }

    /// <summary>
    /// Each place of the output gives its multiplier to the window that it was made of. A stride that does not divide the axis leaves elements at
    /// the end that no window reached: as many more rows must come out (output_padding).
    /// </summary>
    private static Expression Spread(Backward b, SlidingWindow window)
    {
        long[] rest = new long[window.Axes];
        for (int axis = 0; axis < rest.Length; axis++)
        {
            if (window.Strides[axis] == 1)
            {
                continue;
            }

            if (b.ShapeOf(0)?[axis + 2].Size is not { } size)
            {
                return SpreadAtRun(b, window);
            }

            rest[axis] = (size + window.Begins[axis] + window.Ends[axis] - window.Extent(axis)) % window.Strides[axis];
        }

        var attributes = Attributes(b.Node, window.Pads);
        return b.Emitter.Add("ConvTranspose", [b.Dy(), b.X(1)], rest.Any(more => more > 0) ? [.. attributes, ("output_padding", rest)] : attributes);
    }

    // Sizes are only known at the run: all that the windows covered, with stride − 1 zeros behind, then the part where x was.
    private static Expression SpreadAtRun(Backward b, SlidingWindow window)
    {
        long[] none = new long[2 * window.Axes];
        var whole = b.Emitter.Add("ConvTranspose", [b.Dy(), b.X(1)], Attributes(b.Node, none));
        whole = whole.Pad([0, 0, .. none[..window.Axes], 0, 0, .. window.Strides.Select(stride => stride - 1)]);
        var starts = b.Emitter.Integers(window.Begins);
        var sizes = b.Emitter.Add("Shape", [b.X(0)], ("start", 2L));
        long[] axes = [.. Enumerable.Range(2, window.Axes).Select(axis => (long)axis)];
        return Expression.Emit("Slice", whole, starts, starts + sizes, b.Emitter.Integers(axes));
    }

    private static (string Name, NodeAttribute Value)[] Attributes(Node node, long[] pads)
    {
        string[] kept = ["strides", "dilations", "group", "kernel_shape"];
        return [.. kept.Where(node.Attributes.ContainsKey).Select(name => (name, node.Attributes[name])), ("pads", pads)];
    }

    private static Expression ChannelSum(Expression dy) =>
        dy.Sum([.. Enumerable.Range(0, dy.Rank ?? 4).Where(axis => axis != 1).Select(axis => (long)axis)], keep: false);
}
