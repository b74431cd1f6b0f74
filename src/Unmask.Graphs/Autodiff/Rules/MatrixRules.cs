namespace Unmask.Graphs;

/// <summary>Products of matrices.</summary>
internal static class MatrixRules
{
    public static void AddTo(RuleTable table) => table
        .Add(RuleKind.Bilinear, "MatMul", MatMul)
        .Add(RuleKind.Bilinear, "Einsum", EinsumRule.Flow)
        .Linear("Gemm", Gemm);

    // Y = A·B: dA = dY·Bᵀ, dB = Aᵀ·dY, summed over the batch axes that were broadcast.
    private static void MatMul(Backward b)
    {
        bool leftIsVector = b.RankOf(0) == 1, rightIsVector = b.RankOf(1) == 1;
        var left = leftIsVector ? b.X(0).Unsqueeze(0) : b.X(0);
        var right = rightIsVector ? b.X(1).Unsqueeze(1) : b.X(1);
        var dy = rightIsVector ? b.Dy().Unsqueeze(-1) : b.Dy();
        dy = leftIsVector ? dy.Unsqueeze(-2) : dy;
        if (b.Needs(0))
        {
            var flow = Broadcast.Undo(dy.MatMul(right.SwapLastAxes()), left);
            b.Flow(0, leftIsVector ? flow.Squeeze(0) : flow);
        }

        if (b.Needs(1))
        {
            var flow = right.Rank == 2 && left.Rank > 2 ? Weights(left, dy) : Broadcast.Undo(left.SwapLastAxes().MatMul(dy), right);
            b.Flow(1, rightIsVector ? flow.Squeeze(1) : flow);
        }
    }

    // One matrix for all items: a single product over items and rows instead of one a batch entry and a sum.
    private static Expression Weights(Expression left, Expression dy) => Rows(left).SwapLastAxes().MatMul(Rows(dy));

    private static Expression Rows(Expression x)
    {
        var last = x.SizeOf(x.Rank.GetValueOrDefault() - 1);
        return x.Reshape(Expression.Join(0, x.Owner.Integers(-1), last));
    }

    // Y = αA′B′ + βC with A′ = A or Aᵀ, B′ = B or Bᵀ.
    private static void Gemm(Backward b)
    {
        long transA = b.Node.Int("transA", 0), transB = b.Node.Int("transB", 0);
        float alpha = b.Node.Float("alpha", 1f), beta = b.Node.Float("beta", 1f);
        b.Flow(0, b => transA == 0 ? Product(b.Dy(), 0, b.X(1), 1 - transB) : Product(b.X(1), transB, b.Dy(), 1));
        b.Flow(1, b => transB == 0 ? Product(b.X(0), 1 - transA, b.Dy(), 0) : Product(b.Dy(), 1, b.X(0), transA));
        b.FlowSummed(2, b => beta == 1 ? b.Dy() : b.Dy() * beta);

        Expression Product(Expression left, long transLeft, Expression right, long transRight) =>
            b.Emitter.Add("Gemm", [left, right], ("alpha", alpha), ("transA", transLeft), ("transB", transRight));
    }
}
