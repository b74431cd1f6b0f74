namespace Unmask.Graphs;

/// <summary>
/// Lists of sizes that the graph computes (Shape, Gather, Concat, arithmetic): which of their entries follow the batch size, and which were made constants.
/// </summary>
internal static class BatchSizes
{
    /// <summary>The sizes of something with a batch.</summary>
    public static void Shape(BatchNode node)
    {
        var batch = node.In(0) ?? default;
        if (node.Rank(0) is not { } rank)
        {
            node.Stop("the number of axes of its input is not known");
            return;
        }

        int start = Bound(node.Node.Int("start", 0), rank);
        int end = Bound(node.Node.Int("end", rank), rank);
        node.SetSizes([.. Enumerable.Range(start, Math.Max(0, end - start)).Select(axis => axis == batch.Axis)]);
    }

    /// <summary>The number of elements of something with a batch.</summary>
    public static void Size(BatchNode node) => node.SetSizes([true]);

    /// <summary>A node that reads sizes, but nothing with a batch.</summary>
    public static void Apply(BatchNode node)
    {
        switch (node.Node.OpType)
        {
            case "Gather":
                Gather(node);
                break;
            case "Slice":
                Slice(node);
                break;
            case "Concat":
                Concat(node);
                break;
            case "Unsqueeze" or "Squeeze" or "Cast" or "Identity" or "Reshape" when node.Sizes(0) is { } same:
                node.SetSizes(same);
                break;
            case "ConstantOfShape" or "Expand" or "Reshape" or "Tile" or "RandomNormal" or "RandomUniform":
                Made(node);
                break;
            case "Range":
                node.Set(0, new BatchAxis(0));
                break;
            default:
                Arithmetic(node);
                break;
        }
    }

    private static void Gather(BatchNode node)
    {
        if (node.Sizes(0) is not { } sizes)
        {
            node.Stop("an index depends on the batch size");
        }
        else if (node.Integers(1) is { } picked && sizes.Length > 0)
        {
            node.SetSizes([.. picked.Select(i => sizes[i < 0 ? i + sizes.Length : i])]);
        }
        else
        {
            node.Stop("which sizes it picks is not known before the run");
        }
    }

    private static void Slice(BatchNode node)
    {
        bool stepsByOne = node.Node.Input(4).Length == 0 || node.Integers(4) is [1];
        if (stepsByOne && node.Sizes(0) is { } sizes && node.Integers(1) is [var start] && node.Integers(2) is [var end])
        {
            node.SetSizes(sizes[Bound(start, sizes.Length)..Math.Max(Bound(start, sizes.Length), Bound(end, sizes.Length))]);
        }
        else
        {
            // A cut that follows the batch size, through something that does not: what remains has that many entries.
            node.Stop("where it cuts depends on the batch size");
        }
    }

    private static void Concat(BatchNode node)
    {
        var all = new List<bool>();
        for (int i = 0; i < node.Node.Inputs.Length; i++)
        {
            if (node.Sizes(i) is { } sizes)
            {
                all.AddRange(sizes);
            }
            else if (node.Shape(i)?.ElementCount is { } count)
            {
                all.AddRange(new bool[count]);
            }
            else
            {
                node.Stop("the number of sizes that it joins is not known");
            }
        }

        node.SetSizes([.. all]);
    }

    /// <summary>A tensor of computed shape (zeros, a token repeated for every item): its batch is where the shape has it.</summary>
    private static void Made(BatchNode node)
    {
        int input = node.Node.Is("ConstantOfShape") ? 0 : 1;
        if (node.Sizes(input) is not { } sizes || sizes.Count(varies => varies) != 1 || node.OutShape() is not { } shape)
        {
            node.Stop("where the batch is in its shape is not known");
            return;
        }

        int axis = Array.IndexOf(sizes, true) + shape.Rank - sizes.Length;
        long merged = shape[axis].Size is { } size && size % node.FrozenSize == 0 ? Math.Max(1, size / node.FrozenSize) : 1;
        if (node.Node.Is("Reshape") || (node.Node.Is("Tile") && node.Shape(0)?[axis].Size != 1))
        {
            node.Stop("it gives a batch to something that has none");
        }
        else
        {
            node.Set(0, new BatchAxis(axis, 1, merged));
            RepeatExpanded(node, new BatchAxis(axis, 1, merged), shape.Rank);
        }
    }

    /// <summary>What Expand repeats may itself have been made for the frozen size.</summary>
    private static void RepeatExpanded(BatchNode node, BatchAxis place, int rank)
    {
        if (node.Node.Is("Expand") && node.In(0) is null)
        {
            BatchAxisRules.Broadcast(node, 0, place, rank);
        }
    }

    /// <summary>Entry by entry, single numbers broadcast.</summary>
    private static void Arithmetic(BatchNode node)
    {
        var inputs = Enumerable.Range(0, node.Node.Inputs.Length).Select(node.Sizes).OfType<bool[]>().ToArray();
        long length = node.OutShape()?.ElementCount ?? inputs.Max(sizes => sizes.Length);
        if (inputs.Any(sizes => sizes.Length != 1 && sizes.Length != length))
        {
            return;
        }

        node.SetSizes([.. Enumerable.Range(0, (int)length).Select(i => inputs.Any(sizes => sizes[sizes.Length == 1 ? 0 : i]))]);
    }

    private static int Bound(long position, int length) => (int)Math.Clamp(position < 0 ? position + length : position, 0, length);
}
