namespace Unmask.Graphs;

/// <summary>Reading and writing at positions that are data. The positions themselves have no derivative.</summary>
internal static class IndexingRules
{
    public static void AddTo(RuleTable table) => table
        .Select("Gather", Gather)
        .Select("GatherElements", static b => b.X(0).Zeros().ScatterAdd(b.X(1), b.Dy(), b.Axis(0, b.RankOf(0))))
        .Select("GatherND", static b => b.Node.Int("batch_dims", 0) == 0 ? AddAt(b.X(0).Sizes(), b.X(1), b.Dy()) : SelectTranspose.Of(b))
        .Add(RuleKind.Select, "ScatterElements", ScatterElements)
        .Add(RuleKind.Select, "ScatterND", ScatterSlices);

    private static Expression Gather(Backward b)
    {
        int rank = b.RankOf(0), axis = b.Axis(0, rank);
        if (b.X(1).Rank == 0 && b.Integers(1) is [var position] && (position >= 0 || b.ShapeOf(0)?[axis].IsKnown == true))
        {
            // One place of an axis: zeros around it.
            long[] begins = new long[rank];
            begins[axis] = position < 0 ? position + (b.ShapeOf(0)?[axis].Size ?? 0) : position;
            return b.Dy().Unsqueeze(axis).PadLike(b.X(0), begins);
        }

        int indexRank = b.RankOf(1);
        // ScatterND takes positions of 64 bits only.
        var positions = b.X(1).Cast(ElementType.Int64).Unsqueeze(indexRank);
        if (axis == 0)
        {
            return AddAt(b.X(0).Sizes(), positions, b.Dy());
        }

        // The axis looked up in goes first, there and back again.
        long[] inFront = [.. Enumerable.Range(0, rank).Select(i => i == 0 ? axis : i <= axis ? i - 1L : i)];
        long[] back = [.. Enumerable.Range(0, rank).Select(i => (long)Array.IndexOf(inFront, i))];
        int all = rank - 1 + indexRank;
        long[] dyOrder = [.. Enumerable.Range(axis, indexRank), .. Enumerable.Range(0, axis), .. Enumerable.Range(axis + indexRank, all - axis - indexRank)];
        var sizes = b.X(0).Sizes().Gather(b.Emitter.Integers(inFront), 0);
        return AddAt(sizes, positions, b.Dy().Transpose(dyOrder)).Transpose(back);
    }

    /// <summary>Zeros of these sizes, with slices added at positions (which may repeat).</summary>
    private static Expression AddAt(Expression sizes, Expression positions, Expression slices) =>
        slices.Owner.Add("ScatterND", [Expression.Zeros(sizes, slices.Element), positions, slices], ("reduction", "add"));

    private static void ScatterElements(Backward b)
    {
        long axis = b.Node.Int("axis", 0);
        bool adds = Adds(b);
        b.Flow(0, b => adds ? b.Dy() : b.Emitter.Add("ScatterElements", [b.Dy(), b.X(1), b.X(2).Zeros()], ("axis", axis)));
        b.Flow(2, b => b.Emitter.Add("GatherElements", [b.Dy(), b.X(1)], ("axis", axis)));
    }

    private static void ScatterSlices(Backward b)
    {
        bool adds = Adds(b);
        b.Flow(0, b => adds ? b.Dy() : Expression.Emit("ScatterND", b.Dy(), b.X(1), b.X(2).Zeros()));
        b.Flow(2, static b => Expression.Emit("GatherND", b.Dy(), b.X(1)));
    }

    private static bool Adds(Backward b) => b.Node.Text("reduction", "none") switch
    {
        "none" => false,
        "add" => true,
        var other => throw b.Refuse($"No derivative for {{op}} with reduction \"{other}\""),
    };
}
