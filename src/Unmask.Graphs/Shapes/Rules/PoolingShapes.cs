namespace Unmask.Graphs;

/// <summary>Poolings over windows, over all of space, and over regions.</summary>
internal static class PoolingShapes
{
    public static void AddTo(ShapeTable table) => table
        .Add(Pool, "AveragePool LpPool MaxPool")
        .Add(Global, "GlobalAveragePool GlobalLpPool GlobalMaxPool")
        .Add(Unpool, "MaxUnpool")
        .Add(MaxRegion, "MaxRoiPool")
        .Add(AlignedRegion, "RoiAlign");

    /// <summary>A pooling of the first input.</summary>
    public static void Pool(ShapeContext node)
    {
        if (Windows(node) is not { } windows || node.ShapeOf(0) is not { } x)
        {
            node.Set(0, node.ElementOf(0), null);
            node.Set(1, ElementType.Int64, null);
            return;
        }

        bool ceiling = node.Node.Int("ceil_mode", 0) != 0;
        var axes = new Dimension[x.Rank];
        (axes[0], axes[1]) = (x[0], x[1]);
        for (int i = 0; i < windows.Length; i++)
        {
            axes[i + 2] = Places(node, windows[i], x[i + 2], ceiling);
        }

        Shape y = new(axes);
        node.Set(0, node.ElementOf(0), y);
        node.Set(1, ElementType.Int64, y);
    }

    // Definition and runtime disagree on the padding that a dilated window needs: nothing is claimed.
    private static Dimension Places(ShapeContext node, Window window, Dimension axis, bool ceiling) =>
        window.Dilation > 1 && node.Node.Text("auto_pad", "").StartsWith("SAME", StringComparison.Ordinal)
            ? Dimension.Unknown
            : window.Places(node, axis, ceiling);

    /// <summary>Space shrinks to one place.</summary>
    public static void Global(ShapeContext node)
    {
        node.RequireRankAtLeast(0, 3, "the input");
        var y = node.ShapeOf(0);
        for (int axis = 2; axis < y?.Rank; axis++)
        {
            y = y.With(axis, 1);
        }

        node.Set(0, node.ElementOf(0), y);
    }

    private static Window[]? Windows(ShapeContext node)
    {
        if (node.Node.Ints("kernel_shape") is not { } kernel)
        {
            return null;
        }

        node.RequireRank(0, kernel.Length + 2, $"the input of a pooling over {kernel.Length} spatial axes");
        return Window.Of(node, kernel.AsSpan());
    }

    private static void Unpool(ShapeContext node)
    {
        if (node.Has(2))
        {
            node.Set(0, node.ElementOf(0), ShapeArithmetic.FromContents(node, 2));
            return;
        }

        Shape? y = null;
        if (Windows(node) is { } windows && node.ShapeOf(0) is { } x)
        {
            y = new([x[0], x[1], .. windows.Select((window, i) => Unpooled(node, window, x[i + 2]))]);
        }

        node.Set(0, node.ElementOf(0), y);
    }

    private static Dimension Unpooled(ShapeContext node, Window window, Dimension axis) => node.Symbols.AxisOf(
        node.Symbols.SizeOf(axis) is { } size ? ((size - 1) * window.Stride) + (window.Kernel - window.PadBegin - window.PadEnd) : null);

    private static void MaxRegion(ShapeContext node) => node.Set(0, node.ElementOf(0), node.Node.Ints("pooled_shape") is { } size
        ? new Shape([node.AxisOf(1, 0), node.AxisOf(0, 1), .. size.Select(axis => node.Stated(axis, "the pooled size"))])
        : null);

    private static void AlignedRegion(ShapeContext node)
    {
        var regions = node.Same(node.AxisOf(1, 0), node.AxisOf(2, 0), "the numbers of regions and of their batch indices");
        var height = node.Stated(node.Node.Int("output_height", 1), "output_height");
        var width = node.Stated(node.Node.Int("output_width", 1), "output_width");
        node.Set(0, node.ElementOf(0), new(regions, node.AxisOf(0, 1), height, width));
    }
}
