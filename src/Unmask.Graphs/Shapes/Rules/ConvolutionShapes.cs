namespace Unmask.Graphs;

/// <summary>Convolutions, transposed ones, and their integer forms.</summary>
internal static class ConvolutionShapes
{
    public static void AddTo(ShapeTable table) => table
        .Add(node => Convolve(node, 0, 1, 2, node.ElementOf(0)), "Conv")
        .Add(node => Convolve(node, 0, 1, -1, ElementType.Int32), "ConvInteger")
        .Add(node => Convolve(node, 0, 3, 8, node.ElementOf(7)), "QLinearConv")
        .Add(Transposed, "ConvTranspose")
        .Add(Deformable, "DeformConv");

    /// <summary>A convolution whose input, weights and bias stand at these places.</summary>
    public static void Convolve(ShapeContext node, int input, int weights, int bias, ElementType element)
    {
        var x = node.ShapeOf(input);
        var w = node.ShapeOf(weights);
        if ((w ?? x)?.Rank is not { } rank)
        {
            node.Set(0, element, null);
            return;
        }

        node.RequireRankAtLeast(input, 3, "the input");
        node.RequireRankAtLeast(weights, 3, "the weights");
        node.RequireRank(input, rank, "input and weights must have the same number of axes: the input");
        Check(node, x, w, bias);
        var axes = new Dimension[rank];
        axes[0] = x?[0] ?? Dimension.Unknown;
        axes[1] = w?[0] ?? Dimension.Unknown;
        if (x is not null && Kernel(node, w, rank - 2) is { } kernel)
        {
            var windows = Window.Of(node, kernel);
            for (int i = 0; i < windows.Length; i++)
            {
                axes[i + 2] = windows[i].Places(node, x[i + 2]);
            }
        }

        node.Set(0, element, new(axes));
    }

    private static void Check(ShapeContext node, Shape? x, Shape? w, int bias)
    {
        long groups = node.Node.Int("group", 1);
        if (x?[1].Size is { } channels && w?[1].Size is { } perGroup && channels != perGroup * groups)
        {
            throw node.Contradiction($"the input {x} has {channels} channels, but the weights {w} in {groups} group(s) take {perGroup * groups}.");
        }

        if (groups < 1 || w?[0].Size % groups > 0)
        {
            throw node.Contradiction($"{w?[0]} output channels do not divide into {groups} groups.");
        }

        if (bias >= 0 && w is not null)
        {
            node.Same(node.AxisOf(bias, 0), w[0], "the length of the bias and the number of output channels");
        }
    }

    private static long[]? Kernel(ShapeContext node, Shape? weights, int axes)
    {
        if (node.Node.Ints("kernel_shape") is not { } stated)
        {
            return weights is null ? null : Spatial(weights);
        }

        if (stated.Length != axes)
        {
            throw node.Contradiction($"the attribute kernel_shape has {stated.Length} entries for {axes} spatial axes.");
        }

        for (int i = 0; i < axes && weights is not null; i++)
        {
            node.Same(node.Stated(stated[i], "the kernel"), weights[i + 2], "kernel_shape and the weights' size");
        }

        return [.. stated];
    }

    private static long[]? Spatial(Shape weights)
    {
        var kernel = new long[weights.Rank - 2];
        for (int i = 0; i < kernel.Length; i++)
        {
            if (weights[i + 2].Size is not { } size)
            {
                return null;
            }

            kernel[i] = size;
        }

        return kernel;
    }

    private static void Transposed(ShapeContext node)
    {
        var x = node.ShapeOf(0);
        var w = node.ShapeOf(1);
        if ((w ?? x)?.Rank is not { } rank)
        {
            node.Set(0, node.ElementOf(0), null);
            return;
        }

        node.RequireRankAtLeast(0, 3, "the input");
        node.RequireRankAtLeast(1, 3, "the weights");
        node.RequireRank(0, rank, "input and weights must have the same number of axes: the input");
        node.Same(node.AxisOf(0, 1), node.AxisOf(1, 0), "the input's channels and the weights' first axis");
        var axes = new Dimension[rank];
        axes[0] = x?[0] ?? Dimension.Unknown;
        axes[1] = node.Symbols.AxisOf(node.Symbols.SizeOf(node.AxisOf(1, 1)) is { } perGroup ? perGroup * node.Node.Int("group", 1) : null);
        if (Kernel(node, w, rank - 2) is { } kernel)
        {
            var windows = Window.Of(node, kernel);
            for (int i = 0; i < windows.Length; i++)
            {
                axes[i + 2] = TransposedSize(node, windows[i], i, x?[i + 2] ?? Dimension.Unknown, windows.Length);
            }
        }

        node.Set(0, node.ElementOf(0), new(axes));
    }

    private static Dimension TransposedSize(ShapeContext node, Window window, int index, Dimension axis, int count)
    {
        if (node.Node.Ints("output_shape") is { IsEmpty: false } stated)
        {
            // Some writers state batch and channels as well.
            return stated.Length >= count
                ? node.Stated(stated[index + stated.Length - count], "the output's size")
                : throw node.Contradiction($"the attribute output_shape has {stated.Length} entries for {count} spatial axes.");
        }

        if (node.Symbols.SizeOf(axis) is not { } size)
        {
            return Dimension.Unknown;
        }

        var extras = node.Node.Ints("output_padding");
        Window.Check(node, "output_padding", extras?.Length ?? count, count);
        long extra = extras?[index] ?? 0;
        long padding = node.Node.Text("auto_pad", "NOTSET") switch
        {
            "SAME_UPPER" or "SAME_LOWER" => Math.Max(0, extra + window.Extent - window.Stride),
            "VALID" => 0,
            _ => window.PadBegin + window.PadEnd,
        };
        var result = ((size - 1) * window.Stride) + (extra + window.Extent - padding);
        return result.Constant < 0 ? throw node.Contradiction($"the output's size {result} along spatial axis {index} is negative.") : node.Symbols.AxisOf(result);
    }

    // X, W, offset, bias, mask: the sizes are those of a plain convolution.
    private static void Deformable(ShapeContext node) => Convolve(node, 0, 1, 3, node.ElementOf(0));
}
