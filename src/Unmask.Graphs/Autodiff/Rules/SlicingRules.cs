namespace Unmask.Graphs;

/// <summary>Parts of tensors, and what is put around them.</summary>
internal static class SlicingRules
{
    public static void AddTo(RuleTable table) => table
        .Select("Slice", Slice)
        .Add(RuleKind.Select, "Pad", Pad)
        .Select("Trilu", static b => b.Forward([b.Dy(), .. b.Has(1) ? [b.X(1)] : Array.Empty<Expression>()]))
        .Select("ReverseSequence", static b => b.Forward(b.Dy(), b.X(1)))
        .Select("CenterCropPad", static b => SelectTranspose.Of(b))
        .Select("Compress", static b => SelectTranspose.Of(b));

    // Zeros around the part and, with a step, between its elements; what cannot be known before the run is left to positions.
    private static Expression Slice(Backward b)
    {
        int rank = b.RankOf(0);
        if (b.Integers(1) is not { } starts || Axes(b, starts.Length, rank) is not { } axes || Steps(b, starts.Length) is not { } steps)
        {
            return SelectTranspose.Of(b);
        }

        long[] begins = new long[rank];
        var dy = b.Dy();
        for (int i = 0; i < axes.Length; i++)
        {
            if (Spread(b, dy, axes[i], starts[i], steps[i]) is not var (spread, begin))
            {
                return SelectTranspose.Of(b);
            }

            (dy, begins[axes[i]]) = (spread, begin);
        }

        return dy.PadLike(b.X(0), begins);
    }

    private static int[]? Axes(Backward b, int count, int rank) => b.Has(3)
        ? b.Integers(3)?.Select(axis => (int)(axis < 0 ? axis + rank : axis)).ToArray()
        : [.. Enumerable.Range(0, count)];

    private static long[]? Steps(Backward b, int count) => b.Has(4) ? b.Integers(4) : [.. Enumerable.Repeat(1L, count)];

    /// <summary>The multiplier with as many zeros behind each element of an axis as the step leaves out, and where it begins; <c>null</c> when sizes are not known.</summary>
    private static (Expression Dy, long Begin)? Spread(Backward b, Expression dy, int axis, long start, long step)
    {
        var (size, count) = (b.ShapeOf(0)?[axis].Size, b.Y().Shape?[axis].Size);
        if (step == 1 && (size is not null || start >= 0))
        {
            return (dy, Math.Clamp(start < 0 ? start + size.GetValueOrDefault() : start, 0, size ?? long.MaxValue));
        }

        if (size is not { } known || count is not { } places || places == 0 || dy.Shape is not { } shape || shape.Skip(axis + 1).Any(other => !other.IsKnown))
        {
            return null;
        }

        long first = start < 0 ? start + known : start;
        if (step < 0)
        {
            // Backwards is forwards from the last element read.
            dy = dy.Slice([-1], [int.MinValue], [axis], [-1]);
            (first, step) = (Math.Clamp(first, -1, known - 1) + ((places - 1) * step), -step);
        }

        long[] gaps = new long[2 * (shape.Rank + 1)];
        gaps[^(shape.Rank - axis)] = step - 1;
        long[] sizes = [.. Enumerable.Repeat(0L, axis), places * step, .. shape.Skip(axis + 1).Select(other => other.Size.GetValueOrDefault())];
        return (step == 1 ? dy : dy.Unsqueeze(axis + 1).Pad(gaps).Reshape(sizes), Math.Clamp(first, 0, known));
    }

    private static void Pad(Backward b)
    {
        string mode = b.Node.Text("mode", "constant");
        if (mode != "constant")
        {
            b.Flow(0, b => SelectTranspose.Of(b));
            return;
        }

        if (b.Needs(2))
        {
            throw b.Refuse("No derivative with respect to the value that {op} fills in");
        }

        // Negative padding takes away.
        b.Flow(0, b =>
        {
            var pads = b.Integers(1) is { } known ? b.Emitter.Integers([.. known.Select(pad => -pad)]) : -b.X(1);
            return b.Has(3) ? Expression.Emit("Pad", b.Dy(), pads, b.Emitter.Value(""), b.X(3)) : Expression.Emit("Pad", b.Dy(), pads);
        });
    }
}
