namespace Unmask.Graphs;

/// <summary>
/// The way back through layers with a stride, without the grid that it leaves: a stride puts zeros between the multipliers that come back. Instead each is repeated over its
/// stride, and the layer's own way back with stride 1 follows. Oramas et al. 2019.
/// <code>
///   m = [a, b], stride 2:     zeros between  a 0 b          repeated  a a b        then both ─ (transposed kernel, stride 1) →
/// </code>
/// </summary>
internal static class AntiGridRules
{
    private static readonly string[] ConvolutionAttributes = ["dilations", "group", "kernel_shape"];
    private static readonly string[] PoolingAttributes = ["dilations", "kernel_shape"];

    /// <summary>Whether the node leaves a grid: a convolution or maximum with a stride above 1. An average with one spreads evenly by itself.</summary>
    public static bool Covers(Node node) => (node.Is("Conv") || node.Is("MaxPool")) && node.Ints("strides") is { } strides && strides.Any(stride => stride > 1);

    /// <summary>Sends the multiplier of what slid over the picture.</summary>
    public static void Flow(Backward b) => b.Flow(0, static b => b.Node.Is("Conv") ? Convolution(b) : Pooling(b));

    private static Expression Convolution(Backward b)
    {
        var window = ConvolutionRules.WindowOf(b);
        return b.Emitter.Add("ConvTranspose", [Repeated(b, window), b.X(1)], Attributes(b.Node, ConvolutionAttributes, window.Pads));
    }

    /// <summary>The maxima of all windows, one place apart: each gives its multiplier to the element that it chose.</summary>
    private static Expression Pooling(Backward b)
    {
        if (b.Node.Int("storage_order", 0) != 0)
        {
            throw b.Refuse("No anti-grid rule for {op} that counts positions by columns (storage_order = 1)");
        }

        var window = SlidingWindow.Of(b, b.Node.Ints("kernel_shape") ?? []);
        window = b.Node.Int("ceil_mode", 0) == 0 ? window : window with { Ends = [.. Enumerable.Range(0, window.Axes).Select(axis => EndOf(b, window, axis))] };
        var chosen = b.Emitter.AddNode("MaxPool", [b.X(0)], 2, Attributes(b.Node, PoolingAttributes, window.Pads))[1];
        return Expression.Zeros(b.X(0).Count(), b.Dy().Element).ScatterAdd(chosen.Flat(), Repeated(b, window).Flat(), 0).ReshapeLike(b.X(0));
    }

    /// <summary>The padding behind that windows which stick out (ceil_mode) need, written out.</summary>
    private static long EndOf(Backward b, SlidingWindow window, int axis) => (b.ShapeOf(0)?[axis + 2].Size, b.Dy().Shape?[axis + 2].Size) is ({ } size, { } places)
        ? Math.Max(window.Ends[axis], ((places - 1) * window.Strides[axis]) + window.Extent(axis) - window.Begins[axis] - size)
        : throw b.Refuse("The anti-grid rule of {op} with ceil_mode needs the size of the input's axes; state the shapes of the model's inputs");

    /// <summary>Each multiplier over its stride, as many as there are windows one place apart.</summary>
    private static Expression Repeated(Backward b, SlidingWindow window)
    {
        var emitter = b.Emitter;
        float[] scales = [1, 1, .. window.Strides.Select(stride => (float)stride)];
        var repeated = emitter.Add("Resize", [b.Dy(), emitter.Value(""), emitter.Constant(TensorData.Vector<float>(scales), "strides")],
            ("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor"));
        long[] axes = [.. Enumerable.Range(2, window.Axes).Select(axis => (long)axis)];
        long[] more = [.. axes.Select((_, axis) => window.Begins[axis] + window.Ends[axis] - window.Extent(axis) + 1)];
        var sizes = b.ShapeOf(0)?.ToSizes() is { } known
            ? emitter.Integers([.. more.Select((add, axis) => known[axis + 2] + add)])
            : emitter.Add("Shape", [b.X(0)], ("start", 2L)) + emitter.Integers(more);
        return Expression.Emit("Slice", repeated, emitter.Integers(new long[window.Axes]), sizes, emitter.Integers(axes));
    }

    private static (string Name, NodeAttribute Value)[] Attributes(Node node, string[] kept, long[] pads) =>
        [.. kept.Where(node.Attributes.ContainsKey).Select(name => (name, node.Attributes[name])), ("pads", pads)];
}
