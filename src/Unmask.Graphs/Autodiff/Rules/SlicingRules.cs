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

    // A part without gaps whose beginning is known gets zeros around it.
    private static Expression Slice(Backward b)
    {
        int rank = b.RankOf(0);
        bool dense = !b.Has(4) || b.Integers(4) is { } steps && steps.All(step => step == 1);
        if (!dense || b.Integers(1) is not { } starts)
        {
            return SelectTranspose.Of(b);
        }

        long[] axes = b.Has(3) ? b.Integers(3) ?? [] : [.. Enumerable.Range(0, starts.Length).Select(axis => (long)axis)];
        if (axes.Length != starts.Length)
        {
            return SelectTranspose.Of(b);
        }

        long[] begins = new long[rank];
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = (int)(axes[i] < 0 ? axes[i] + rank : axes[i]);
            long? size = b.ShapeOf(0)?[axis].Size;
            if (size is null && starts[i] < 0)
            {
                return SelectTranspose.Of(b);
            }

            long start = starts[i] < 0 ? starts[i] + (size ?? 0) : starts[i];
            begins[axis] = Math.Clamp(start, 0, size ?? long.MaxValue);
        }

        return b.Dy().PadLike(b.X(0), begins);
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
