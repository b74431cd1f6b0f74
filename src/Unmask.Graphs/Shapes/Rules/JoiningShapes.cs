namespace Unmask.Graphs;

/// <summary>Operators that join, part, repeat and pad tensors.</summary>
internal static class JoiningShapes
{
    public static void AddTo(ShapeTable table) => table
        .Add(Concat, "Concat")
        .Add(Split, "Split")
        .Add(Expand, "Expand")
        .Add(Tile, "Tile")
        .Add(Pad, "Pad")
        .Add(CenterCropPad, "CenterCropPad");

    private static void Concat(ShapeContext node)
    {
        int count = node.Node.Inputs.Length;
        var element = node.CommonElement();

        // Older exporters join an empty vector to tensors of any rank, and runtimes pass over it.
        Shape?[] shapes = [.. Enumerable.Range(0, count).Select(node.ShapeOf).Where(shape => shape is not { Rank: 1 } || shape[0].Size != 0)];
        if (shapes.FirstOrDefault(shape => shape is not null) is not { } known)
        {
            node.Set(0, element, shapes.Length == 0 ? Shape.Of(0) : null);
            return;
        }

        if (shapes.FirstOrDefault(shape => shape is not null && shape.Rank != known.Rank) is { } other)
        {
            throw node.Contradiction($"tensors to join must have the same number of axes, but {known} and {other} have not.");
        }

        int joined = node.Axis(node.Node.Int("axis", 1), known.Rank);
        var y = new Dimension[known.Rank];
        for (int axis = 0; axis < y.Length; axis++)
        {
            y[axis] = axis == joined ? Sum(node, shapes, axis) : Common(node, shapes, axis);
        }

        node.Set(0, element, new(y));
        if (known.Rank == 1)
        {
            JoinContents(node, count);
        }
    }

    private static Dimension Common(ShapeContext node, Shape?[] shapes, int axis)
    {
        var common = Dimension.Unknown;
        foreach (var shape in shapes)
        {
            common = shape is null ? common : node.Same(common, shape[axis], "the other axes of tensors to join");
        }

        return common;
    }

    private static Dimension Sum(ShapeContext node, Shape?[] shapes, int axis)
    {
        SizeExpression? sum = 0;
        foreach (var shape in shapes)
        {
            var size = shape is not null ? node.Symbols.SizeOf(shape[axis]) : null;
            sum = sum is null || size is null ? null : sum + size;
        }

        return node.Symbols.AxisOf(sum);
    }

    // A vector of which only some elements are known is still worth following: a shape with one open axis.
    private static void JoinContents(ShapeContext node, int count)
    {
        var items = new List<Quantity>();
        for (int i = 0; i < count; i++)
        {
            if ((node.ContentsOf(i) ?? KnownContents.Filled(node.ShapeOf(i), Quantity.Unknown)) is not { } part)
            {
                return;
            }

            items.AddRange(part.Items);
        }

        node.SetContents(0, KnownContents.Vector(items));
    }

    private static void Split(ShapeContext node)
    {
        int parts = node.Node.Outputs.Length;
        if (node.ShapeOf(0) is not { } x)
        {
            SetAll(node, _ => null);
            return;
        }

        int axis = node.Axis(node.Node.Int("axis", 0), x.Rank);
        var stated = node.Integers("split", 1);
        var sizes = stated.IsUnknown ? new Dimension[parts] : stated.Values is { } listed ? Listed(node, listed, x[axis]) : Equal(node, parts, x[axis]);
        SetAll(node, i => x.With(axis, sizes[i]));
        PartContents(node, x, sizes);
    }

    private static void SetAll(ShapeContext node, Func<int, Shape?> shape)
    {
        for (int i = 0; i < node.Node.Outputs.Length; i++)
        {
            node.Set(i, node.ElementOf(0), shape(i));
        }
    }

    private static Dimension[] Listed(ShapeContext node, long[] sizes, Dimension axis)
    {
        if (sizes.Length != node.Node.Outputs.Length || axis.Size is { } whole && sizes.Sum() != whole)
        {
            throw node.Contradiction($"an axis of {axis} cannot be split into {node.Node.Outputs.Length} outputs of sizes [{string.Join(", ", sizes)}].");
        }

        return [.. sizes.Select(size => node.Stated(size, "the size of a part"))];
    }

    // Equal parts; the last one is smaller when they do not come out even.
    private static Dimension[] Equal(ShapeContext node, int outputs, Dimension axis)
    {
        long parts = node.Node.Int("num_outputs", outputs);
        if (parts < 1)
        {
            throw node.Contradiction($"num_outputs is {parts}.");
        }

        if (axis.Size is { } known)
        {
            long chunk = (known + parts - 1) / parts;
            return [.. Enumerable.Range(0, outputs).Select(i => Dimension.Of(Math.Clamp(known - (i * chunk), 0, chunk)))];
        }

        var part = node.Symbols.AxisOf(node.Symbols.SizeOf(axis)?.DivideExactly(parts));
        return [.. Enumerable.Repeat(part, outputs)];
    }

    private static void PartContents(ShapeContext node, Shape x, Dimension[] sizes)
    {
        if (x.Rank != 1 || node.ContentsOf(0) is not { } contents || sizes.Any(size => !size.IsKnown))
        {
            return;
        }

        int start = 0;
        for (int i = 0; i < sizes.Length; i++)
        {
            int length = (int)sizes[i].Size.GetValueOrDefault();
            node.SetContents(i, KnownContents.Vector(contents.Items.Skip(start).Take(length)));
            start += length;
        }
    }

    private static void Expand(ShapeContext node)
    {
        var y = Broadcasting.Of(node, node.ShapeOf(0), ShapeArithmetic.FromContents(node, 1));
        node.Set(0, node.ElementOf(0), y);
        node.SetContents(0, Broadcasting.Combine(y, node.ContentsOf(0) is { } contents ? [contents] : null, items => items[0]));
    }

    private static void Tile(ShapeContext node)
    {
        if (node.ShapeOf(0) is not { } x)
        {
            node.Set(0, node.ElementOf(0), ShapeArithmetic.Unknown(node.AxisOf(1, 0)));
            return;
        }

        node.Same(node.AxisOf(1, 0), x.Rank, "the number of repeats and of axes");
        var repeats = node.ContentsOf(1)?.Items;
        if (repeats?.Length != x.Rank)
        {
            repeats = null;
        }

        var y = new Shape([.. x.Select((axis, i) => node.Symbols.AxisOf(
            node.Symbols.SizeOf(axis) is { } size && repeats?[i].Whole is { } times ? size * times : null))]);
        node.Set(0, node.ElementOf(0), y);
        if (node.ContentsOf(0) is { } contents && KnownContents.SizesOf(y) is { } sizes)
        {
            node.SetContents(0, KnownContents.Make(sizes, position => contents.At([.. position.Select((at, i) => at % contents.Sizes[i])])));
        }
    }

    private static void Pad(ShapeContext node)
    {
        if (node.ShapeOf(0) is not { } x)
        {
            node.Set(0, node.ElementOf(0), null);
            return;
        }

        var pads = node.Has(1) ? node.ContentsOf(1)?.Items.ToArray() : (node.Node.Ints("pads") ?? node.Node.Ints("paddings"))?.Select(Quantity.Of).ToArray();
        var axes = node.Integers("axes", 3);
        int[] padded = axes.Values is { } listed ? node.Axes(listed, x.Rank) : [.. Enumerable.Range(0, x.Rank)];
        if (pads is null || axes.IsUnknown)
        {
            node.Set(0, node.ElementOf(0), new(new Dimension[x.Rank]));
            return;
        }

        if (pads.Length != 2 * padded.Length)
        {
            throw node.Contradiction($"{padded.Length} axes take {2 * padded.Length} paddings, not {pads.Length}.");
        }

        var y = x.ToArray();
        for (int i = 0; i < padded.Length; i++)
        {
            y[padded[i]] = Padded(node, x[padded[i]], pads[i], pads[i + padded.Length]);
        }

        node.Set(0, node.ElementOf(0), new(y));
    }

    private static Dimension Padded(ShapeContext node, Dimension axis, Quantity begin, Quantity end)
    {
        if (node.Symbols.SizeOf(axis) is not { } size || begin.Whole is not { } front || end.Whole is not { } back)
        {
            return begin.Integer == 0 && end.Integer == 0 ? axis : Dimension.Unknown;
        }

        var padded = size + front + back;
        return padded.Constant < 0 ? throw node.Contradiction($"padding of {front} and {back} leaves nothing of an axis of {axis}.") : node.Symbols.AxisOf(padded);
    }

    private static void CenterCropPad(ShapeContext node)
    {
        var target = ShapeArithmetic.FromContents(node, 1);
        var y = node.ShapeOf(0)?.ToArray();
        if (y is not null)
        {
            int[] axes = node.Node.Ints("axes") is { } listed ? node.Axes(listed, y.Length) : [.. Enumerable.Range(0, y.Length)];
            for (int i = 0; i < axes.Length; i++)
            {
                y[axes[i]] = target is not null && i < target.Rank ? target[i] : Dimension.Unknown;
            }
        }

        node.Set(0, node.ElementOf(0), y is null ? null : new Shape(y));
    }
}
