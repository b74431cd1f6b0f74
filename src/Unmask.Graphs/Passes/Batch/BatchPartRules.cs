namespace Unmask.Graphs;

/// <summary>Operators that put tensors together, cut them and pick from them.</summary>
internal static class BatchPartRules
{
    public static void Concat(BatchNode node)
    {
        var places = Enumerable.Range(0, node.Node.Inputs.Length).Select(node.In).ToArray();
        var found = places.OfType<BatchAxis>().Distinct().ToArray();
        var rank = node.OutShape()?.Rank ?? Enumerable.Range(0, places.Length).Select(node.Rank).FirstOrDefault(known => known is not null);
        if (found.Length != 1 || node.Axis("axis", 0, rank) is not { } axis)
        {
            node.Stop("its inputs have the batch at different axes");
        }
        else if (axis == found[0].Axis && places.Any(place => place is null))
        {
            node.Stop("it puts something that is not part of the batch behind it");
        }
        else if (axis == found[0].Axis)
        {
            node.Set(0, found[0] with { Outer = found[0].Outer * places.Length });
        }
        else
        {
            Together(node);
        }
    }

    /// <summary>All inputs must be of one size along the batch axis.</summary>
    public static void Together(BatchNode node)
    {
        var places = Enumerable.Range(0, node.Node.Inputs.Length).Select(node.In).ToArray();
        var found = places.OfType<BatchAxis>().Distinct().ToArray();
        if (found.Length != 1 || (!node.Node.Is("Concat") && !node.Node.Is("GridSample") && node.Axis("axis", 0, node.Rank(0)) == found[0].Axis))
        {
            node.Stop("it mixes the items of the batch");
            return;
        }

        for (int i = 0; i < places.Length; i++)
        {
            if (places[i] is null)
            {
                node.Repeat(i, found[0], broadcasts: false);
            }
        }

        node.Set(0, found[0]);
    }

    public static void Split(BatchNode node)
    {
        var batch = node.In(0) ?? default;
        if (node.Axis("axis", 0, node.Rank(0)) == batch.Axis)
        {
            node.Stop("it splits the batch");
            return;
        }

        node.SetAll(batch);
    }

    /// <summary>A slice of the whole batch keeps all of it.</summary>
    public static void Slice(BatchNode node)
    {
        var batch = node.In(0) ?? default;
        if (node.Rank(0) is not { } rank || node.Shape(1) is not [{ Size: { } count }] || (node.Node.Input(3).Length > 0 && node.Integers(3) is null))
        {
            node.Stop("the axes that it cuts are not known before the run");
            return;
        }

        long[] axes = node.Integers(3) ?? [.. Enumerable.Range(0, (int)count).Select(i => (long)i)];
        int cut = Array.FindIndex(axes, axis => (axis < 0 ? axis + rank : axis) == batch.Axis);
        if (cut >= 0)
        {
            KeepAll(node, cut, node.Shape(0)?[batch.Axis].Size);
        }

        node.Set(0, batch);
    }

    public static void Pad(BatchNode node)
    {
        var batch = node.In(0) ?? default;
        if (node.Rank(0) is not { } rank || node.Integers(1) is not { } pads)
        {
            node.Stop("what it pads is not known before the run");
            return;
        }

        long[] axes = node.Integers(3) ?? [.. Enumerable.Range(0, rank).Select(i => (long)i)];
        int padded = Array.FindIndex(axes, axis => (axis < 0 ? axis + rank : axis) == batch.Axis);
        if (padded >= 0 && (pads[padded] != 0 || pads[padded + axes.Length] != 0))
        {
            node.Stop("it pads the batch");
            return;
        }

        node.Set(0, batch);
    }

    public static void Gather(BatchNode node)
    {
        if (node.Axis("axis", 0, node.Rank(0)) is not { } axis || node.Rank(1) is not { } indices)
        {
            node.Stop("the number of axes of its inputs is not known");
            return;
        }

        switch (node.In(0), node.In(1))
        {
            case ({ } data, null) when data.Axis != axis:
                node.Set(0, data.Axis < axis ? data : data.At(data.Axis + indices - 1));
                break;
            case (null, { } chosen):
                node.Set(0, chosen.At(chosen.Axis + axis));
                break;
            default:
                node.Stop("it picks items of the batch");
                break;
        }
    }

    public static void OneHot(BatchNode node)
    {
        if (node.In(0) is not { } batch || node.Axis("axis", -1, node.Rank(0) + 1) is not { } axis)
        {
            node.Stop("its depth or its values depend on the batch");
            return;
        }

        node.Set(0, batch.Axis < axis ? batch : batch.At(batch.Axis + 1));
    }

    /// <summary>Sizes are stated for the other axes only.</summary>
    public static void Resize(BatchNode node)
    {
        var batch = node.In(0) ?? default;
        node.Set(0, batch);
        if (node.Node.Input(3).Length == 0 || node.Sizes(3) is not null)
        {
            return;
        }

        if (node.Rank(0) is not { } rank)
        {
            node.Stop("the number of axes of its input is not known");
            return;
        }

        long[] axes = node.Node.Ints("axes") is { } stated ? [.. stated] : [.. Enumerable.Range(0, rank).Select(i => (long)i)];
        int[] kept = [.. Enumerable.Range(0, axes.Length).Where(i => (axes[i] < 0 ? axes[i] + rank : axes[i]) != batch.Axis)];
        if (kept.Length == axes.Length)
        {
            return;
        }

        node.SetInput(3, Pick(node, 3, kept));
        if (node.Node.Input(1).Length > 0)
        {
            node.SetInput(1, Pick(node, 1, [.. kept, .. kept.Select(i => i + axes.Length)]));
        }

        node.Node = node.Node.With("axes", kept.Select(i => axes[i]).ToArray());
    }

    /// <summary>The size that the grid is made for has the batch in front.</summary>
    public static void AffineGrid(BatchNode node)
    {
        if (node.In(0) is not { Axis: 0, IsPure: true } batch)
        {
            node.Stop("the batch is not at its first axis");
            return;
        }

        if (node.Sizes(1) is null)
        {
            string rest = node.Add("Slice", [node.Node.Input(1), node.Constant([1], "second"), node.Constant([long.MaxValue], "end")]);
            node.SetInput(1, node.Add("Concat", [node.BatchSize(), rest], ("axis", 0L)));
        }

        node.Set(0, batch);
    }

    private static string Pick(BatchNode node, int input, int[] entries) =>
        node.Add("Gather", [node.Node.Input(input), node.Constant(entries.Select(i => (long)i).ToArray(), "kept")], ("axis", 0L));

    private static void KeepAll(BatchNode node, int cut, long? size)
    {
        if (node.Sizes(2) is { } computed && computed[cut] && node.Integers(1)?[cut] == 0)
        {
            return;
        }

        bool everyItem = node.Node.Input(4).Length == 0 || node.Integers(4)?[cut] == 1;
        if (!everyItem || node.Integers(1)?[cut] != 0 || node.Integers(2) is not { } ends || !(ends[cut] >= size))
        {
            node.Stop("it cuts the batch");
        }
        else if (ends[cut] < int.MaxValue)
        {
            ends[cut] = long.MaxValue;
            node.SetInput(2, ends, "ends");
        }
    }
}
