namespace Unmask.Graphs;

/// <summary>Operators that resample space.</summary>
internal static class ResizeShapes
{
    public static void AddTo(ShapeTable table) => table
        .Add(Resize, "Resize")
        .Add(Upsample, "Upsample")
        .Add(GridSample, "GridSample")
        .Add(AffineGrid, "AffineGrid")
        .Add(ColumnsToImage, "Col2Im");

    private static void Resize(ShapeContext node)
    {
        // Before opset 11: X, scales. Since then: X, region, scales, sizes.
        bool old = node.Node.Inputs.Length == 2;
        Resample(node, scales: old ? 1 : 2, sizes: old ? -1 : 3, cropped: node.Node.Text("coordinate_transformation_mode", "") == "tf_crop_and_resize");
    }

    private static void Upsample(ShapeContext node) => Resample(node, scales: 1, sizes: -1, cropped: false);

    private static void Resample(ShapeContext node, int scales, int sizes, bool cropped)
    {
        if (node.ShapeOf(0) is not { } x)
        {
            node.Set(0, node.ElementOf(0), null);
            return;
        }

        int[] axes = node.Node.Ints("axes") is { } listed ? node.Axes(listed, x.Rank) : [.. Enumerable.Range(0, x.Rank)];
        bool bySize = sizes >= 0 && node.Has(sizes);
        var wanted = bySize ? node.ContentsOf(sizes)?.Items.ToArray() : Scales(node, scales);
        if (wanted is not null && wanted.Length != axes.Length)
        {
            throw node.Contradiction($"{axes.Length} axes take as many {(bySize ? "sizes" : "scales")}, not {wanted.Length}.");
        }

        var resized = wanted is null ? new Dimension[axes.Length]
            : !bySize ? [.. axes.Select((axis, i) => cropped ? Dimension.Unknown : Scaled(node, x[axis], wanted[i]))]
            : Sized(node, [.. axes.Select(axis => x[axis])], wanted);
        var y = x.ToArray();
        for (int i = 0; i < axes.Length; i++)
        {
            y[axes[i]] = resized[i];
        }

        node.Set(0, node.ElementOf(0), new(y));
    }

    private static Quantity[]? Scales(ShapeContext node, int input) => node.Has(input)
        ? node.ContentsOf(input)?.Items.ToArray()
        : (node.Node.Attributes.GetValueOrDefault("scales") as NodeAttribute.Floats)?.Values.Select(scale => Quantity.Of((double)scale)).ToArray();

    // Runtimes multiply in 32-bit floats and cut off the fraction.
    private static Dimension Scaled(ShapeContext node, Dimension axis, Quantity scale)
    {
        if (scale.Number is not { } factor)
        {
            return Dimension.Unknown;
        }

        if (factor < 0)
        {
            throw node.Contradiction($"a scale is {factor}.");
        }

        if (axis.Size is { } known)
        {
            return (long)((float)factor * known);
        }

        long inverse = (long)Math.Round(1 / factor);
        return factor == 1 ? axis
            : scale.Integer is { } whole ? node.Symbols.AxisOf(node.Symbols.SizeOf(axis) is { } size ? size * whole : null)
            : inverse > 1 && long.IsPow2(inverse) && factor * inverse == 1 ? node.Symbols.AxisOf(node.Symbols.SizeOf(axis)?.FloorDivide(inverse))
            : Dimension.Unknown;
    }

    private static Dimension[] Sized(ShapeContext node, Dimension[] axes, Quantity[] sizes)
    {
        string policy = node.Node.Text("keep_aspect_ratio_policy", "stretch");
        if (policy == "stretch")
        {
            return [.. sizes.Select(size => ShapeArithmetic.AxisOf(node, size))];
        }

        if (axes.Length == 0 || axes.Any(axis => axis.Size is null or 0) || sizes.Any(size => size.Integer is null or < 0))
        {
            return new Dimension[axes.Length];
        }

        var scales = axes.Select((axis, i) => sizes[i].Integer.GetValueOrDefault() / (float)axis.Size.GetValueOrDefault());
        float scale = policy == "not_larger" ? scales.Min() : scales.Max();
        return [.. axes.Select(axis => Dimension.Of((long)MathF.Round(scale * axis.Size.GetValueOrDefault(), MidpointRounding.AwayFromZero)))];
    }

    private static void GridSample(ShapeContext node)
    {
        var x = node.ShapeOf(0);
        var grid = node.ShapeOf(1);
        if ((x ?? grid)?.Rank is not { } rank)
        {
            node.Set(0, node.ElementOf(0), null);
            return;
        }

        node.RequireRankAtLeast(0, 3, "the input");
        node.RequireRankAtLeast(1, 3, "the grid");
        node.RequireRank(0, rank, "the input");
        node.RequireRank(1, rank, "input and grid must have the same number of axes: the grid");
        node.Same(node.AxisOf(1, -1), rank - 2, "the grid's last axis and the number of spatial axes");
        var batch = node.Same(node.AxisOf(0, 0), node.AxisOf(1, 0), "the batch sizes of input and grid");
        node.Set(0, node.ElementOf(0), new([batch, node.AxisOf(0, 1), .. Enumerable.Range(1, rank - 2).Select(axis => node.AxisOf(1, axis))]));
    }

    // The size is (N, C, [D,] H, W); the grid (N, [D,] H, W, coordinates).
    private static void AffineGrid(ShapeContext node) => node.Set(0, node.ElementOf(0), ShapeArithmetic.FromContents(node, 1) is { Rank: > 2 } size
        ? new Shape([size[0], .. size.Skip(2), size.Rank - 2])
        : null);

    private static void ColumnsToImage(ShapeContext node)
    {
        Shape? y = null;
        if (ShapeArithmetic.FromContents(node, 1) is { } image)
        {
            var block = ShapeArithmetic.FromContents(node, 2) is { } sizes ? node.Symbols.Product(sizes.Axes) : null;
            var channels = block is null ? null : node.Symbols.SizeOf(node.AxisOf(0, 1))?.DivideExactly(block);
            y = new([node.AxisOf(0, 0), node.Symbols.AxisOf(channels), .. image]);
        }

        node.Set(0, node.ElementOf(0), y);
    }
}
