namespace Unmask.Graphs;

/// <summary>Undoes broadcasting: the transpose of repeating is summing.</summary>
internal static class Broadcast
{
    /// <summary>A tensor of the broadcast shape, summed to the shape of the value that was broadcast.</summary>
    public static Expression Undo(Expression summed, Expression to)
    {
        if (to.Shape is not { } target || summed.Shape is not { } from || Repeated(from, target) is not { } axes)
        {
            return UndoAtRun(summed, to);
        }

        if (axes.Length == 0)
        {
            return summed;
        }

        var sum = summed.Sum(axes);
        return from.Rank == target.Rank ? sum : sum.ReshapeLike(to);
    }

    /// <summary>The axes that were repeated; <c>null</c> when only the run can tell.</summary>
    private static long[]? Repeated(Shape from, Shape target)
    {
        var axes = new List<long>();
        int added = from.Rank - target.Rank;
        for (int axis = 0; axis < from.Rank; axis++)
        {
            if (axis < added || (target[axis - added].Size == 1 && from[axis].Size != 1))
            {
                axes.Add(axis);
            }
            else if (target[axis - added] is var size && size.Size is null && !(size.Symbol is not null && size == from[axis]))
            {
                return null;
            }
        }

        return [.. axes];
    }

    // axes = where(sizes of the target, led by ones, ≠ sizes of the sum); no axis at all must mean «sum over none».
    private static Expression UndoAtRun(Expression summed, Expression to)
    {
        var from = Expression.Emit("Shape", summed);
        var target = Expression.Emit("Shape", to);
        var emitter = summed.Owner;
        var missing = Expression.Emit("Shape", from) - Expression.Emit("Shape", target);
        var ones = emitter.Add("Expand", [emitter.Integers(1), missing]);
        var padded = Expression.Join(0, ones, target);
        var axes = Expression.Emit("NonZero", !padded.Is(from)).Squeeze(0);
        return emitter.Add("ReduceSum", [summed, axes], ("keepdims", 1L), ("noop_with_empty_axes", 1L)).Reshape(target);
    }
}
