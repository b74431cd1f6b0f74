namespace Unmask.Graphs;

/// <summary>Operators that move, split and merge axes.</summary>
internal static class BatchLayoutRules
{
    public static void Reshape(BatchNode node)
    {
        var batch = node.In(0) ?? default;
        if (BatchReshape.Place(node, batch) is not { } place)
        {
            node.Stop("it cannot be told where the batch goes: shapes are not known");
            return;
        }

        node.Set(0, place);
        if (node.Sizes(1) is { } sizes)
        {
            if (place.Axis >= sizes.Length || !sizes[place.Axis])
            {
                node.Stop("the shape that it is given puts the batch elsewhere than the data");
            }

            return;
        }

        BatchReshape.Retarget(node, batch, place);
    }

    public static void Flatten(BatchNode node)
    {
        var batch = node.In(0) ?? default;
        if (node.Shape(0) is not { } shape || node.Axis("axis", 1, shape.Rank) is not { } axis)
        {
            node.Stop("the shape of its input is not known");
            return;
        }

        int from = batch.Axis < axis ? 0 : axis;
        int to = batch.Axis < axis ? axis : shape.Rank;
        if (Product(shape, from, batch.Axis) is not { } before || Product(shape, batch.Axis + 1, to) is not { } behind)
        {
            node.Stop("the shape of its input is not known");
            return;
        }

        node.Set(0, new BatchAxis(batch.Axis < axis ? 0 : 1, before * batch.Outer, behind * batch.Inner));
    }

    public static void Transpose(BatchNode node)
    {
        var batch = node.In(0) ?? default;
        if (node.Node.Ints("perm") is { } order)
        {
            node.Set(0, batch.At(order.IndexOf(batch.Axis)));
        }
        else if (node.Rank(0) is { } rank)
        {
            node.Set(0, batch.At(rank - 1 - batch.Axis));
        }
        else
        {
            node.Stop("the number of axes of its input is not known");
        }
    }

    public static void Squeeze(BatchNode node)
    {
        var batch = node.In(0) ?? default;
        if (node.Shape(0) is not { } shape || (node.Node.Input(1).Length > 0 && node.Integers(1) is null))
        {
            node.Stop("the axes that it removes are not known before the run");
            return;
        }

        int[] axes = node.Integers(1) is { } stated
            ? [.. stated.Select(axis => (int)(axis < 0 ? axis + shape.Rank : axis))]
            : [.. Enumerable.Range(0, shape.Rank).Where(axis => shape[axis].Size == 1)];
        if (axes.Contains(batch.Axis))
        {
            node.Stop("it removes the batch axis");
            return;
        }

        if (node.Node.Input(1).Length == 0)
        {
            // Stated, so that a batch of one is not removed.
            node.Node = OpsetAdapters.WithInput(node.Node, 1, node.Constant(axes.Select(axis => (long)axis).ToArray(), "axes"));
        }

        node.Set(0, batch.At(batch.Axis - axes.Count(axis => axis < batch.Axis)));
    }

    public static void Unsqueeze(BatchNode node)
    {
        var batch = node.In(0) ?? default;
        if (node.Rank(0) is not { } rank || node.Integers(1) is not { } axes)
        {
            node.Stop("the axes that it adds are not known before the run");
            return;
        }

        var added = axes.Select(axis => (int)(axis < 0 ? axis + rank + axes.Length : axis)).ToHashSet();
        node.Set(0, batch.At(Enumerable.Range(0, rank + axes.Length).Where(axis => !added.Contains(axis)).ElementAt(batch.Axis)));
    }

    /// <summary>The batch size in the target becomes 1, which leaves the axis as it is.</summary>
    public static void Expand(BatchNode node)
    {
        var batch = node.In(0) ?? default;
        if (node.Rank(0) is not { } own || node.Shape(1) is not [{ Size: { } target }])
        {
            node.Stop("the number of axes is not known");
            return;
        }

        int rank = (int)Math.Max(own, target);
        var place = batch.At(batch.Axis + rank - own);
        int entry = place.Axis - (rank - (int)target);
        bool[] sizes = node.Sizes(1) ?? new bool[target];
        if (Enumerable.Range(0, sizes.Length).Any(i => sizes[i] && i != entry))
        {
            node.Stop("the shape that it is given puts the batch elsewhere than the data");
        }
        else if (entry >= 0 && !sizes[entry] && node.OutShape()?[place.Axis].Size != 1)
        {
            One(node, batch, entry);
        }

        node.Set(0, place);
    }

    public static void Tile(BatchNode node)
    {
        var batch = node.In(0) ?? default;
        if (node.Integers(1) is { } repeats && node.Sizes(1) is null)
        {
            node.Set(0, batch with { Outer = batch.Outer * repeats[batch.Axis] });
        }
        else
        {
            node.Stop("how often it repeats the batch is not known before the run");
        }
    }

    private static void One(BatchNode node, BatchAxis batch, int entry)
    {
        if (node.Integers(1) is not { } target)
        {
            node.Stop("the shape that it is given is not known before the run");
        }
        else if (target[entry] != 1 && target[entry] != node.Shape(0)?[batch.Axis].Size)
        {
            node.Stop("it repeats the one item of the batch");
        }
        else
        {
            target[entry] = 1;
            node.SetInput(1, target, "shape");
        }
    }

    private static long? Product(Shape shape, int from, int to)
    {
        long product = 1;
        for (int i = from; i < to; i++)
        {
            if (shape[i].Size is not { } size)
            {
                return null;
            }

            product *= size;
        }

        return product;
    }
}
