namespace Unmask.Graphs;

/// <summary>Operators that reduce axes to one element.</summary>
internal static class ReductionShapes
{
    public static void AddTo(ShapeTable table) => table
        .Add(Reduce, "ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare")
        .Add(ArgumentOf, "ArgMax ArgMin");

    private static void Reduce(ShapeContext node)
    {
        var stated = node.Integers("axes", 1);
        bool keep = node.Node.Int("keepdims", 1) != 0;
        var element = node.ElementOf(0);
        if (node.ShapeOf(0) is not { } x)
        {
            node.Set(0, element, !stated.IsGiven && !keep ? Shape.Scalar : null);
            return;
        }

        if (stated.IsUnknown)
        {
            node.Set(0, element, keep ? new(new Dimension[x.Rank]) : null);
            return;
        }

        bool none = stated.Values is null or [];
        if (none && node.Node.Int("noop_with_empty_axes", 0) != 0)
        {
            ElementwiseShapes.SameAsInput(node);
            return;
        }

        int[] axes = none ? [.. Enumerable.Range(0, x.Rank)] : node.Axes(stated.Values ?? [], x.Rank);
        node.Set(0, element, Without(x, axes, keep));
        FoldContents(node, element, axes);
    }

    private static void ArgumentOf(ShapeContext node)
    {
        bool keep = node.Node.Int("keepdims", 1) != 0;
        node.Set(0, ElementType.Int64, node.ShapeOf(0) is { } x ? Without(x, [node.Axis(node.Node.Int("axis", 0), x.Rank)], keep) : null);
    }

    private static Shape Without(Shape x, int[] axes, bool keep)
    {
        var y = new Dimension[x.Rank];
        int kept = 0;
        for (int axis = 0; axis < x.Rank; axis++)
        {
            bool gone = Array.IndexOf(axes, axis) >= 0;
            if (keep || !gone)
            {
                y[kept++] = gone ? 1 : x[axis];
            }
        }

        return new(y.AsSpan(0, kept));
    }

    // A vector to one number: the number of elements of a shape, the larger of two sizes.
    private static void FoldContents(ShapeContext node, ElementType element, int[] axes)
    {
        string? operation = node.Node.OpType switch
        {
            "ReduceProd" => "Mul",
            "ReduceSum" => "Add",
            "ReduceMax" => "Max",
            "ReduceMin" => "Min",
            _ => null,
        };
        if (operation is null || axes.Length != 1 || node.ContentsOf(0) is not { Rank: 1, Items.IsEmpty: false } contents
            || Arithmetic.Binary(operation) is not { } function)
        {
            return;
        }

        var folded = KnownContents.Scalar(contents.Items.Aggregate((a, b) => function(a, b, element)));
        node.SetContents(0, node.Node.Int("keepdims", 1) != 0 ? folded.Reshaped([1]) : folded);
    }
}
