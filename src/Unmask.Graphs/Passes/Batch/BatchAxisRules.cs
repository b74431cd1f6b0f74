namespace Unmask.Graphs;

/// <summary>Operators that leave the axes where they are.</summary>
internal static class BatchAxisRules
{
    /// <summary>Broadcasting: axes are matched from the last on. All batches must lie at the same place.</summary>
    public static void Elementwise(BatchNode node)
    {
        int inputs = node.Node.Inputs.Length;
        var batched = Enumerable.Range(0, inputs).Where(i => node.In(i) is not null).ToArray();
        if (inputs == 1)
        {
            node.SetAll(node.In(0) ?? default);
            return;
        }

        if (batched.Any(i => node.Rank(i) is null) || (node.OutShape()?.Rank ?? Widest(node)) is not { } rank)
        {
            node.Stop("the number of axes of its inputs is not known");
            return;
        }

        var places = batched.Select(i => Aligned(node, i, rank)).Distinct().ToArray();
        if (places.Length > 1)
        {
            node.Stop("its inputs have the batch at different axes");
            return;
        }

        foreach (int input in Enumerable.Range(0, inputs).Except(batched).Where(i => node.Node.Input(i).Length > 0))
        {
            Broadcast(node, input, places[0], rank);
        }

        node.SetAll(places[0]);
    }

    /// <summary>The first axis of the first input and output is the items.</summary>
    public static void ItemsFirst(BatchNode node)
    {
        if (node.In(0) is { Axis: 0 } items)
        {
            node.Set(0, items);
            if (node.Node.Is("MaxPool"))
            {
                node.Set(1, items);
            }
        }
        else
        {
            node.Stop("the batch is not at its first axis");
        }
    }

    public static void Reduce(BatchNode node)
    {
        var batch = node.In(0) ?? default;
        if (node.Node.Input(1).Length == 0)
        {
            if (node.Node.Int("noop_with_empty_axes", 0) != 0)
            {
                node.Set(0, batch);
            }
            else
            {
                node.Stop("it reduces all axes, the batch included");
            }

            return;
        }

        if (node.Rank(0) is not { } rank || node.Integers(1) is not { } axes)
        {
            node.Stop("the axes that it reduces are not known before the run");
            return;
        }

        int[] reduced = [.. axes.Select(axis => (int)(axis < 0 ? axis + rank : axis))];
        if (reduced.Contains(batch.Axis) || reduced.Length == 0)
        {
            node.Stop("it reduces the batch axis");
            return;
        }

        node.Set(0, node.Node.Int("keepdims", 1) != 0 ? batch : batch.At(batch.Axis - reduced.Count(axis => axis < batch.Axis)));
    }

    /// <summary>Operators that work along one axis, which must not be the batch.</summary>
    public static void Along(BatchNode node, long absent)
    {
        var batch = node.In(0) ?? default;
        if (node.Axis("axis", absent, node.Rank(0)) is not { } axis)
        {
            node.Stop("the number of axes of its input is not known");
        }
        else if (axis == batch.Axis)
        {
            node.Stop("it works along the batch axis");
        }
        else
        {
            bool drops = node.Node.OpType is "ArgMax" or "ArgMin" && node.Node.Int("keepdims", 1) == 0;
            node.SetAll(drops && axis < batch.Axis ? batch.At(batch.Axis - 1) : batch);
        }
    }

    /// <summary>Normalisation over all axes from one on.</summary>
    public static void Normalize(BatchNode node)
    {
        var batch = node.In(0) ?? default;
        if (node.Axis("axis", -1, node.Rank(0)) is { } axis && batch.Axis < axis)
        {
            node.SetAll(batch);
        }
        else
        {
            node.Stop("it normalises over the batch axis");
        }
    }

    /// <summary>Sees to it that an input without a batch fits at the batch axis of the others.</summary>
    public static void Broadcast(BatchNode node, int input, BatchAxis place, int rank)
    {
        if (node.Shape(input) is not { } shape)
        {
            node.Stop($"the shape of its input \"{node.Node.Input(input)}\" is not known");
            return;
        }

        int axis = place.Axis - (rank - shape.Rank);
        if (axis >= 0 && shape[axis].Size != 1)
        {
            node.Repeat(input, place.At(axis), broadcasts: true);
        }
    }

    private static BatchAxis Aligned(BatchNode node, int input, int rank)
    {
        var batch = node.In(input) ?? default;
        return batch.At(batch.Axis + rank - (node.Rank(input) ?? rank));
    }

    private static int? Widest(BatchNode node)
    {
        var ranks = Enumerable.Range(0, node.Node.Inputs.Length).Where(i => node.Node.Input(i).Length > 0).Select(node.Rank).ToArray();
        return ranks.Any(rank => rank is null) ? null : ranks.Max();
    }
}
