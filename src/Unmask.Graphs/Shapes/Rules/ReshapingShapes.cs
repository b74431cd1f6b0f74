namespace Unmask.Graphs;

/// <summary>Operators that keep the elements and arrange them along other axes.</summary>
internal static class ReshapingShapes
{
    public static void AddTo(ShapeTable table) => table
        .Add(Reshape, "Reshape")
        .Add(Flatten, "Flatten")
        .Add(Squeeze, "Squeeze")
        .Add(Unsqueeze, "Unsqueeze")
        .Add(Transpose, "Transpose")
        .Add(DepthToSpace, "DepthToSpace")
        .Add(SpaceToDepth, "SpaceToDepth");

    private static void Reshape(ShapeContext node)
    {
        Shape? y = Target(node) is { } target ? Resolve(node, node.ShapeOf(0), target) : ShapeArithmetic.Unknown(node.AxisOf(1, 0));
        Set(node, y);
    }

    // The requested sizes: the second input, or an attribute before opset 5.
    private static Quantity[]? Target(ShapeContext node) => node.Has(1)
        ? node.ContentsOf(1)?.Items.ToArray()
        : node.Node.Ints("shape")?.Select(Quantity.Of).ToArray();

    private static Shape Resolve(ShapeContext node, Shape? x, Quantity[] target)
    {
        bool zeroCopies = node.Node.Int("allowzero", 0) == 0;
        var axes = new Dimension[target.Length];
        var open = new List<int>();
        var copied = new HashSet<int>();
        for (int i = 0; i < axes.Length; i++)
        {
            if (target[i].Integer == 0 && zeroCopies)
            {
                axes[i] = Copy(node, x, i);
                copied.Add(i);
            }
            else
            {
                axes[i] = target[i].Integer == -1 ? Dimension.Unknown : ShapeArithmetic.AxisOf(node, target[i]);
                if (axes[i] == Dimension.Unknown)
                {
                    open.Add(i);
                }
            }
        }

        return Solve(node, x, axes, open, copied, string.Join(", ", target.Select(item => item.Whole?.ToString() ?? "?")));
    }

    private static Dimension Copy(ShapeContext node, Shape? x, int axis) => x is null
        ? Dimension.Unknown
        : axis < x.Rank ? x[axis] : throw node.Contradiction($"the new shape copies axis {axis}, which the input {x} does not have.");

    // The number of elements stays, which settles one open axis. Copied axes stand on both sides and need not be known.
    private static Shape Solve(ShapeContext node, Shape? x, Dimension[] axes, List<int> open, HashSet<int> copied, string target)
    {
        if (x is null || open.Count > 1)
        {
            return new(axes);
        }

        var total = node.Symbols.Product([.. x.Where((_, i) => !copied.Contains(i))]);
        var stated = node.Symbols.Product([.. axes.Where((_, i) => !copied.Contains(i) && !open.Contains(i))]);
        if (total is null || stated is null)
        {
            return new(axes);
        }

        var quotient = open.Count == 1 ? total.DivideExactly(stated) : null;
        bool fits = total.Constant is not { } have || stated.Constant is not { } want
            || (open.Count == 0 ? have == want : want == 0 ? have == 0 : quotient is not null);
        if (!fits)
        {
            throw node.Contradiction($"the input {x} cannot be reshaped to [{target}]: the numbers of elements differ.");
        }

        if (quotient is not null)
        {
            axes[open[0]] = node.Symbols.AxisOf(quotient);
        }

        return new(axes);
    }

    private static void Flatten(ShapeContext node)
    {
        if (node.ShapeOf(0) is not { } x)
        {
            node.Set(0, node.ElementOf(0), new(Dimension.Unknown, Dimension.Unknown));
            return;
        }

        long axis = node.Node.Int("axis", 1);
        int split = axis == x.Rank ? x.Rank : node.Axis(axis, x.Rank);
        Set(node, new(node.Symbols.AxisOf(node.Symbols.Product(x.Axes[..split])), node.Symbols.AxisOf(node.Symbols.Product(x.Axes[split..]))));
    }

    private static void Squeeze(ShapeContext node)
    {
        var axes = node.Integers("axes", 1);
        var x = node.ShapeOf(0);
        if (x is null || axes.IsUnknown || (!axes.IsGiven && x.Any(axis => !axis.IsKnown)))
        {
            node.Set(0, node.ElementOf(0), null);
            return;
        }

        int[] gone = axes.Values is { } listed ? node.Axes(listed, x.Rank) : [.. Enumerable.Range(0, x.Rank).Where(axis => x[axis].Size == 1)];
        foreach (int axis in gone)
        {
            node.Same(x[axis], 1, $"the size of axis {axis}, which is squeezed, and 1");
        }

        Set(node, new([.. x.Where((_, axis) => !gone.Contains(axis))]));
    }

    private static void Unsqueeze(ShapeContext node)
    {
        var axes = node.Integers("axes", 1);
        if (node.ShapeOf(0) is not { } x || axes.Values is not { } listed)
        {
            node.Set(0, node.ElementOf(0), null);
            return;
        }

        int rank = x.Rank + listed.Length;
        int[] added = node.Axes(listed, rank);
        if (added.Distinct().Count() < added.Length)
        {
            throw node.Contradiction($"the axes [{string.Join(", ", listed)}] name an axis twice.");
        }

        var kept = new Queue<Dimension>(x);
        Set(node, new([.. Enumerable.Range(0, rank).Select(axis => added.Contains(axis) ? 1 : kept.Dequeue())]));
    }

    private static void Transpose(ShapeContext node)
    {
        var stated = node.Node.Ints("perm");
        if (node.ShapeOf(0) is not { } x)
        {
            node.Set(0, node.ElementOf(0), stated is { } known ? ShapeArithmetic.Unknown(known.Length) : null);
            return;
        }

        int[] order = stated is { } listed ? [.. listed.Select(axis => (int)axis)] : [.. Enumerable.Range(0, x.Rank).Reverse()];
        if (!order.Order().SequenceEqual(Enumerable.Range(0, x.Rank)))
        {
            throw node.Contradiction($"[{string.Join(", ", order)}] is no order of the {x.Rank} axes of {x}.");
        }

        Shape y = new([.. order.Select(axis => x[axis])]);
        node.Set(0, node.ElementOf(0), y);
        if (node.ContentsOf(0) is { } contents && KnownContents.SizesOf(y) is { } sizes)
        {
            int[] source = new int[x.Rank];
            node.SetContents(0, KnownContents.Make(sizes, position =>
            {
                for (int i = 0; i < order.Length; i++)
                {
                    source[order[i]] = position[i];
                }

                return contents.At(source);
            }));
        }
    }

    private static void DepthToSpace(ShapeContext node)
    {
        long block = BlockSize(node);
        node.RequireRank(0, 4, "the input");
        node.Set(0, node.ElementOf(0), new(
            node.AxisOf(0, 0), Divided(node, node.AxisOf(0, 1), block * block), Times(node, node.AxisOf(0, 2), block), Times(node, node.AxisOf(0, 3), block)));
    }

    private static void SpaceToDepth(ShapeContext node)
    {
        long block = BlockSize(node);
        node.RequireRank(0, 4, "the input");
        node.Set(0, node.ElementOf(0), new(
            node.AxisOf(0, 0), Times(node, node.AxisOf(0, 1), block * block), Divided(node, node.AxisOf(0, 2), block), Divided(node, node.AxisOf(0, 3), block)));
    }

    private static long BlockSize(ShapeContext node) =>
        node.Node.Int("blocksize", 1) is var size && size >= 1 ? size : throw node.Contradiction($"blocksize is {size}.");

    private static Dimension Times(ShapeContext node, Dimension axis, long factor) =>
        node.Symbols.AxisOf(node.Symbols.SizeOf(axis) is { } size ? size * factor : null);

    private static Dimension Divided(ShapeContext node, Dimension axis, long divisor) => axis.Size % divisor > 0
        ? throw node.Contradiction($"an axis of {axis} does not divide by {divisor}.")
        : node.Symbols.AxisOf(node.Symbols.SizeOf(axis)?.FloorDivide(divisor));

    private static void Set(ShapeContext node, Shape? y)
    {
        node.Set(0, node.ElementOf(0), y);
        if (node.ContentsOf(0) is { } contents && KnownContents.SizesOf(y) is { } sizes)
        {
            node.SetContents(0, contents.Reshaped(sizes));
        }
    }
}
