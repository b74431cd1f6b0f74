namespace Unmask.Graphs;

/// <summary>Operators that pick, place or sort elements by index.</summary>
internal static class IndexingShapes
{
    public static void AddTo(ShapeTable table) => table
        .Add(Gather, "Gather")
        .Add(GatherElements, "GatherElements")
        .Add(GatherND, "GatherND")
        .Add(Scatter, "Scatter ScatterElements TensorScatter")
        .Add(ScatterND, "ScatterND")
        .Add(OneHot, "OneHot")
        .Add(TopK, "TopK")
        .Add(NonZero, "NonZero")
        .Add(Compress, "Compress")
        .Add(Unique, "Unique")
        .Add(NonMaxSuppression, "NonMaxSuppression")
        .Add(ElementwiseShapes.SameAsInput, "ReverseSequence");

    private static void Gather(ShapeContext node)
    {
        if (node.ShapeOf(0) is not { } x || node.ShapeOf(1) is not { } indices)
        {
            node.Set(0, node.ElementOf(0), null);
            return;
        }

        int axis = node.Axis(node.Node.Int("axis", 0), x.Rank);
        Shape y = new([.. x.Take(axis), .. indices, .. x.Skip(axis + 1)]);
        node.Set(0, node.ElementOf(0), y);
        CheckIndices(node, x[axis]);
        GatherContents(node, y, axis, indices.Rank);
    }

    private static void CheckIndices(ShapeContext node, Dimension axis)
    {
        if (axis.Size is { } size && node.ContentsOf(1)?.Items.Any(index => index.Integer >= size || index.Integer < -size) == true)
        {
            throw node.Contradiction($"an index lies outside an axis of {size}.");
        }
    }

    private static void GatherContents(ShapeContext node, Shape y, int axis, int indexRank)
    {
        if (node.ContentsOf(0) is not { } data || node.ContentsOf(1) is not { } indices || KnownContents.SizesOf(y) is not { } sizes)
        {
            return;
        }

        node.SetContents(0, KnownContents.Make(sizes, position =>
        {
            if (indices.At(position.AsSpan(axis, indexRank)).Integer is not { } index)
            {
                return Quantity.Unknown;
            }

            int at = (int)(index < 0 ? index + data.Sizes[axis] : index);
            return data.At([.. position.AsSpan(0, axis), at, .. position.AsSpan(axis + indexRank)]);
        }));
    }

    private static void GatherElements(ShapeContext node)
    {
        if (node.ShapeOf(0) is { } x)
        {
            node.Axis(node.Node.Int("axis", 0), x.Rank);
            node.RequireRank(1, x.Rank, "data and indices must have the same number of axes: the indices");
        }

        node.Set(0, node.ElementOf(0), node.ShapeOf(1));
    }

    private static void GatherND(ShapeContext node)
    {
        Shape? y = null;
        if (node.ShapeOf(0) is { } x && node.ShapeOf(1) is { Rank: > 0 } indices && indices[^1].Size is { } depth)
        {
            int batch = (int)node.Node.Int("batch_dims", 0);
            if (batch + depth > x.Rank)
            {
                throw node.Contradiction($"indices of length {depth} behind {batch} batch axes are longer than the {x.Rank} axes of the data.");
            }

            y = new([.. indices.SkipLast(1), .. x.Skip(batch + (int)depth)]);
        }

        node.Set(0, node.ElementOf(0), y);
    }

    private static void Scatter(ShapeContext node)
    {
        node.Set(0, node.TypeOf(0));
        if (node.Node.OpType != "TensorScatter" && node.ShapeOf(0) is { } x)
        {
            node.Axis(node.Node.Int("axis", 0), x.Rank);
            node.RequireRank(1, x.Rank, "data and indices must have the same number of axes: the indices");
        }
    }

    // Old exporters patch single sizes into a shape with this operator.
    private static void ScatterND(ShapeContext node)
    {
        node.Set(0, node.TypeOf(0));
        if (node.ContentsOf(0) is not { Rank: 1 } data || node.ContentsOf(1)?.Integers is not { } places || node.ContentsOf(2) is not { } updates
            || node.AxisOf(1, -1).Size != 1 || places.Length != updates.Items.Length || node.Node.Text("reduction", "none") != "none")
        {
            return;
        }

        var items = data.Items.ToArray();
        for (int i = 0; i < places.Length; i++)
        {
            long at = places[i] < 0 ? places[i] + items.Length : places[i];
            items[at >= 0 && at < items.Length ? at : throw node.Contradiction($"index {places[i]} lies outside the {items.Length} elements.")] = updates.Items[i];
        }

        node.SetContents(0, KnownContents.Vector(items));
    }

    private static void OneHot(ShapeContext node)
    {
        Shape? y = null;
        if (node.ShapeOf(0) is { } indices)
        {
            int axis = node.Axis(node.Node.Int("axis", -1), indices.Rank + 1);
            var depth = ShapeArithmetic.AxisOf(node, node.ContentsOf(1)?.Single.As(ElementType.Int64) ?? Quantity.Unknown);
            y = new([.. indices.Take(axis), depth, .. indices.Skip(axis)]);
        }

        node.Set(0, node.ElementOf(2), y);
    }

    private static void TopK(ShapeContext node)
    {
        Shape? y = null;
        if (node.ShapeOf(0) is { } x)
        {
            int axis = node.Axis(node.Node.Int("axis", -1), x.Rank);
            var k = node.Has(1) ? node.ContentsOf(1)?.Single ?? Quantity.Unknown : Quantity.Of(node.Node.Int("k", 0));
            if (k.Integer is { } wanted && (wanted < 0 || x[axis].Size < wanted))
            {
                throw node.Contradiction($"the largest {wanted} of an axis of {x[axis]}.");
            }

            y = x.With(axis, ShapeArithmetic.AxisOf(node, k));
        }

        node.Set(0, node.ElementOf(0), y);
        node.Set(1, ElementType.Int64, y);
    }

    private static void NonZero(ShapeContext node)
    {
        var rank = node.ShapeOf(0) is { } x ? Dimension.Of(x.Rank) : Dimension.Unknown;
        if (node.ContentsOf(0) is not { } contents || contents.Items.Any(item => item.Number is null))
        {
            node.Set(0, ElementType.Int64, new(rank, Dimension.Unknown));
            return;
        }

        int[] found = [.. Enumerable.Range(0, contents.Items.Length).Where(i => contents.Items[i].Number != 0)];
        node.Set(0, ElementType.Int64, new(rank, found.Length));
        if (contents.Rank == 1)
        {
            node.SetContents(0, KnownContents.Vector(found.Select(i => Quantity.Of((long)i)))?.Reshaped([1, found.Length]));
        }
    }

    private static void Compress(ShapeContext node)
    {
        bool flat = !node.Node.Attributes.ContainsKey("axis");
        Dimension kept = node.ContentsOf(1)?.Integers is { } mask ? mask.LongCount(truth => truth != 0) : Dimension.Unknown;
        node.Set(0, node.ElementOf(0), flat ? new(kept) : node.ShapeOf(0) is { } x ? x.With(node.Axis(node.Node.Int("axis", 0), x.Rank), kept) : null);
    }

    private static void Unique(ShapeContext node)
    {
        bool flat = !node.Node.Attributes.ContainsKey("axis");
        node.Set(0, node.ElementOf(0), flat
            ? new(Dimension.Unknown)
            : node.ShapeOf(0) is { } x ? x.With(node.Axis(node.Node.Int("axis", 0), x.Rank), Dimension.Unknown) : null);
        for (int i = 1; i < 4; i++)
        {
            node.Set(i, ElementType.Int64, new(Dimension.Unknown));
        }
    }

    // Rows of (batch, class, box).
    private static void NonMaxSuppression(ShapeContext node) => node.Set(0, ElementType.Int64, new(Dimension.Unknown, 3));
}
