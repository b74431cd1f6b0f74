namespace Unmask.Graphs;

/// <summary>Products of matrices and tensors.</summary>
internal static class MatrixShapes
{
    public static void AddTo(ShapeTable table) => table
        .Add(node => Multiply(node, 0, 1, node.ElementOf(0)), "MatMul")
        .Add(node => Multiply(node, 0, 1, ElementType.Int32), "MatMulInteger")
        .Add(node => Multiply(node, 0, 3, node.ElementOf(7)), "QLinearMatMul")
        .Add(Gemm, "Gemm")
        .Add(Determinant, "Det");

    /// <summary>numpy's matmul of two inputs of a node.</summary>
    public static void Multiply(ShapeContext node, int left, int right, ElementType element) =>
        node.Set(0, element, Product(node, node.ShapeOf(left), node.ShapeOf(right)));

    /// <summary>The shape of numpy's matmul: rank-1 operands count as a row and a column, which vanish afterwards.</summary>
    public static Shape? Product(ShapeContext node, Shape? a, Shape? b)
    {
        if (a is null || b is null)
        {
            return null;
        }

        if (a.Rank == 0 || b.Rank == 0)
        {
            throw node.Contradiction("a scalar cannot be multiplied as a matrix.");
        }

        node.Same(a[^1], b.Rank == 1 ? b[0] : b[^2], "the inner sizes of the product");
        var batch = Broadcasting.Of(node, new(a.Axes[..Math.Max(a.Rank - 2, 0)]), new Shape(b.Axes[..Math.Max(b.Rank - 2, 0)]));
        var rows = a.Rank == 1 ? [] : a.Axes[^2..^1];
        var columns = b.Rank == 1 ? [] : b.Axes[^1..];
        return batch is null ? null : new([.. batch.Axes, .. rows, .. columns]);
    }

    /// <summary>A product of two matrices, each perhaps transposed, plus a third.</summary>
    public static void Gemm(ShapeContext node)
    {
        bool transposeA = node.Node.Int("transA", 0) != 0;
        bool transposeB = node.Node.Int("transB", 0) != 0;
        node.RequireRank(0, 2, "A");
        node.RequireRank(1, 2, "B");
        node.Same(node.AxisOf(0, transposeA ? 0 : 1), node.AxisOf(1, transposeB ? 1 : 0), "the inner sizes of A·B");
        var y = new Shape(node.AxisOf(0, transposeA ? 1 : 0), node.AxisOf(1, transposeB ? 0 : 1));
        if (node.Has(2))
        {
            Broadcasting.Of(node, y, node.ShapeOf(2));
        }

        node.Set(0, node.ElementOf(0), y);
    }

    private static void Determinant(ShapeContext node) =>
        node.Set(0, node.ElementOf(0), node.ShapeOf(0) is { Rank: >= 2 } x ? new Shape([.. x.SkipLast(2)]) : null);
}
