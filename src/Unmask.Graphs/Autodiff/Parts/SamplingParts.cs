namespace Unmask.Graphs;

/// <summary>GridSample: for every point the elements around it, with weights that depend on where between them it lies.</summary>
internal static class SamplingParts
{
    public static void AddTo(Decompositions rows) => rows.Add("GridSample", GridSample);

    private static Expression GridSample(Backward b)
    {
        if (b.RankOf(0) != 4 || b.Node.Text("mode", "linear") == "cubic" || b.Node.Text("padding_mode", "zeros") == "reflection")
        {
            throw b.Refuse("No derivative for {op} that is cubic, reflects at the border or has other than two spatial axes");
        }

        var (x, emitter) = (b.X(0), b.Emitter);
        var flat = x.Reshape(Expression.Join(0, x.SizeOf(0), x.SizeOf(1), emitter.Integers(-1)));
        var (column, row) = (Position(b, 0, 3), Position(b, 1, 2));
        var sum = b.Node.Text("mode", "linear") == "nearest"
            ? At(b, flat, Expression.Emit("Round", row), Expression.Emit("Round", column))
            : Between(b, flat, row, column);
        var places = emitter.Add("Shape", [b.X(1)], ("start", 1L), ("end", 3L));
        return sum.Reshape(Expression.Join(0, x.SizeOf(0), x.SizeOf(1), places));
    }

    private static Expression Between(Backward b, Expression flat, Expression row, Expression column)
    {
        var (top, left) = (Expression.Emit("Floor", row), Expression.Emit("Floor", column));
        var (down, right) = (row - top, column - left);
        return (At(b, flat, top, left) * (1 - down) * (1 - right)) + (At(b, flat, top, left + 1) * (1 - down) * right)
            + (At(b, flat, top + 1, left) * down * (1 - right)) + (At(b, flat, top + 1, left + 1) * down * right);
    }

    // Positions −1…1 to elements, [N, 1, places]: the ends are the centres of the outermost elements (align_corners) or their outer edges.
    private static Expression Position(Backward b, int coordinate, int axis)
    {
        var at = b.X(1).Gather(b.Emitter.Scalar(coordinate, ElementType.Int64), 3).Reshape(Expression.Join(0, b.X(1).SizeOf(0), b.Emitter.Integers(1, -1)));
        var size = Size(b, axis);
        var position = b.Node.Int("align_corners", 0) != 0 ? (at + 1) * 0.5 * (size - Number(b, 1)) : (((at + 1) * size) - 1) * 0.5;
        return b.Node.Text("padding_mode", "zeros") == "border" ? Clamped(b, position, axis) : position;
    }

    // The elements of all channels at whole positions; outside there are zeros.
    private static Expression At(Backward b, Expression flat, Expression row, Expression column)
    {
        var inside = row.Is(Clamped(b, row, 2)) & column.Is(Clamped(b, column, 3));
        var index = (Clamped(b, row, 2) * Size(b, 3)) + Clamped(b, column, 3);
        var all = Expression.Emit("Expand", index.Cast(ElementType.Int64), Expression.Join(0, b.X(0).SizeOf(0), b.X(0).SizeOf(1), b.Emitter.Integers(1)));
        return b.Emitter.Add("GatherElements", [flat, all], ("axis", 2L)).Where(inside);
    }

    private static Expression Clamped(Backward b, Expression position, int axis) =>
        Expression.Emit("Min", Expression.Emit("Max", position, 0), Size(b, axis) - Number(b, 1));

    private static Expression Size(Backward b, int axis) => b.X(0).SizeOf(axis).Cast(b.X(0).Element);

    private static Expression Number(Backward b, double value) => b.Emitter.Scalar(value, b.X(0).Element);
}
