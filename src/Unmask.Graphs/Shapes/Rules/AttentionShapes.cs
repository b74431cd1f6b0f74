namespace Unmask.Graphs;

/// <summary>Attention as one operator (opset 23).</summary>
internal static class AttentionShapes
{
    public static void AddTo(ShapeTable table) => table
        .Add(Attention, "Attention")
        .Add(ElementwiseShapes.SameAsInput, "RotaryEmbedding");

    // Q, K, V are (batch, heads, length, size), or (batch, length, heads × size) with the numbers of heads as attributes.
    private static void Attention(ShapeContext node)
    {
        var element = node.ElementOf(0);
        for (int i = 0; i < node.Node.Outputs.Length; i++)
        {
            node.Set(i, i is 1 or 2 ? node.ElementOf(i) : element, null);
        }

        if (node.ShapeOf(0) is not { } q || node.ShapeOf(2) is not { } v)
        {
            return;
        }

        node.RequireRank(2, q.Rank, "queries and values must have the same number of axes: the values");
        if (q.Rank == 4)
        {
            node.Set(0, element, q.With(3, v[3]));
            return;
        }

        long queryHeads = node.Node.Int("q_num_heads", 0);
        long valueHeads = node.Node.Int("kv_num_heads", 0);
        if (q.Rank == 3 && queryHeads > 0 && valueHeads > 0)
        {
            var size = node.Symbols.SizeOf(v[2])?.DivideExactly(valueHeads);
            node.Set(0, element, q.With(2, node.Symbols.AxisOf(size is null ? null : size * queryHeads)));
        }
    }
}
