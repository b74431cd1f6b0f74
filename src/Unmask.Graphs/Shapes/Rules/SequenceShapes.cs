namespace Unmask.Graphs;

/// <summary>Sequences of tensors, and optional values.</summary>
internal static class SequenceShapes
{
    public static void AddTo(ShapeTable table) => table
        .Add(Construct, "SequenceConstruct")
        .Add(Empty, "SequenceEmpty")
        .Add(Insert, "SequenceInsert")
        .Add(node => node.Set(0, node.TypeOf(0)), "SequenceErase")
        .Add(node => node.Set(0, (node.TypeOf(0) as ValueType.Sequence)?.Item), "SequenceAt")
        .Add(node => node.Set(0, ElementType.Int64, Shape.Scalar), "SequenceLength")
        .Add(SplitToSequence, "SplitToSequence")
        .Add(ConcatFromSequence, "ConcatFromSequence")
        .Add(Optional, "Optional")
        .Add(OptionalItem, "OptionalGetElement")
        .Add(node => node.Set(0, ElementType.Bool, Shape.Scalar), "OptionalHasElement");

    private static void Construct(ShapeContext node) => node.Set(
        0, new ValueType.Sequence(Enumerable.Range(1, Math.Max(node.Node.Inputs.Length - 1, 0)).Select(node.TypeOf).Aggregate(node.TypeOf(0), SameRank)));

    private static void Empty(ShapeContext node) =>
        node.Set(0, new ValueType.Sequence(new ValueType.Tensor((ElementType)node.Node.Int("dtype", 1), null)));

    // An empty sequence knows no shapes, so an insertion cannot keep those of its first item.
    private static void Insert(ShapeContext node) =>
        node.Set(0, new ValueType.Sequence(SameRank((node.TypeOf(0) as ValueType.Sequence)?.Item, node.TypeOf(1))));

    // Items may differ in size, so only what all have in common is kept.
    private static ValueType? SameRank(ValueType? a, ValueType? b)
    {
        if (a is not ValueType.Tensor left || b is not ValueType.Tensor right)
        {
            return null;
        }

        var shape = left.Shape is { } x && right.Shape is { } y && x.Rank == y.Rank ? new Shape([.. x.Zip(y, (p, q) => p == q ? p : Dimension.Unknown)]) : null;
        return new ValueType.Tensor(left.Element == ElementType.Undefined ? right.Element : left.Element, shape);
    }

    private static void SplitToSequence(ShapeContext node)
    {
        Shape? item = null;
        if (node.ShapeOf(0) is { } x)
        {
            int axis = node.Axis(node.Node.Int("axis", 0), x.Rank);
            bool dropped = !node.Has(1) && node.Node.Int("keepdims", 1) == 0;
            item = dropped ? new([.. x.Where((_, i) => i != axis)]) : x.With(axis, node.Has(1) ? Dimension.Unknown : 1);
        }

        node.Set(0, new ValueType.Sequence(new ValueType.Tensor(node.ElementOf(0), item)));
    }

    private static void ConcatFromSequence(ShapeContext node)
    {
        var item = (node.TypeOf(0) as ValueType.Sequence)?.Item as ValueType.Tensor;
        Shape? y = null;
        if (item?.Shape is { } shape)
        {
            bool stacked = node.Node.Int("new_axis", 0) != 0;
            int axis = node.Axis(node.Node.Int("axis", 0), shape.Rank + (stacked ? 1 : 0));
            y = stacked ? new([.. shape.Take(axis), Dimension.Unknown, .. shape.Skip(axis)]) : shape.With(axis, Dimension.Unknown);
        }

        node.Set(0, item?.Element ?? ElementType.Undefined, y);
    }

    private static void Optional(ShapeContext node) =>
        node.Set(0, new ValueType.Optional(node.Has(0) ? node.TypeOf(0) : (node.Node.Attributes.GetValueOrDefault("type") as NodeAttribute.Type)?.Value));

    private static void OptionalItem(ShapeContext node) =>
        node.Set(0, node.TypeOf(0) is ValueType.Optional optional ? optional.Item : node.TypeOf(0));
}
