namespace Unmask.Graphs;

/// <summary>Poolings.</summary>
internal static class PoolingRules
{
    public static void AddTo(RuleTable table) => table
        .Choose("MaxPool", MaxPool)
        .Choose("GlobalMaxPool", b => b.Flow(0, static b => ReductionRules.Chosen(b, b.Y(), b.Dy(), Spatial(b))))
        .Select("MaxUnpool", static b => b.Dy().Flat().Gather(b.X(1), 0))
        .Linear("GlobalAveragePool", GlobalAverage)
        .Linear("AveragePool", b => b.Flow(0, AveragePoolRule.Flow))
        .Decomposed("LpPool GlobalLpPool");

    // The operator tells by itself where each maximum was (the first, where several are equal), counted over the whole tensor.
    private static void MaxPool(Backward b)
    {
        if (b.Node.Int("storage_order", 0) != 0)
        {
            throw b.Refuse("No derivative for {op} that counts positions by columns (storage_order = 1)");
        }

        b.Flow(0, static b => Expression.Zeros(b.X(0).Count(), b.Dy().Element)
            .ScatterAdd(b.Y(1).Flat(), b.Dy().Flat(), 0)
            .ReshapeLike(b.X(0)));
    }

    private static void GlobalAverage(Backward b) => b.Flow(0, static b =>
        (b.Dy() / b.X(0).CountAlong(Spatial(b).Select(axis => (int)axis), b.X(0).Element)).ExpandLike(b.X(0)));

    private static long[] Spatial(Backward b) => [.. Enumerable.Range(2, b.RankOf(0) - 2).Select(axis => (long)axis)];
}
