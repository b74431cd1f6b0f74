namespace Unmask.Graphs;

/// <summary>Operators of the domain com.microsoft that optimised and quantised files carry most.</summary>
internal static class MicrosoftShapes
{
    private const string Domain = "com.microsoft";

    public static void AddTo(ShapeTable table) => table
        .AddIn(Domain, ElementwiseShapes.SameAsInput, "BiasGelu BiasSplitGelu FastGelu Gelu QuickGelu QLinearLeakyRelu QLinearSigmoid QLinearSoftmax")
        .AddIn(Domain, node => ConvolutionShapes.Convolve(node, 0, 1, 2, node.ElementOf(0)), "FusedConv")
        .AddIn(Domain, FusedMatMul, "FusedMatMul TransposeMatMul")
        .AddIn(Domain, MatrixShapes.Gemm, "FusedGemm")
        .AddIn(Domain, QuantizedGemm, "QGemm")
        .AddIn(Domain, node => MatrixShapes.Multiply(node, 0, 1, ElementType.Float32), "DynamicQuantizeMatMul MatMulIntegerToFloat")
        .AddIn(Domain, node => node.Set(0, node.ElementOf(0), Broadcasting.Of(node, 0, 3)), "QLinearAdd QLinearMul")
        .AddIn(Domain, QuantizedPool, "QLinearAveragePool QLinearGlobalAveragePool")
        .AddIn(Domain, QuantizationShapes.Quantize, "QuantizeLinear")
        .AddIn(Domain, QuantizationShapes.Dequantize, "DequantizeLinear")
        .AddIn(Domain, SkipNormalization, "SkipLayerNormalization SkipSimplifiedLayerNormalization")
        .AddIn(Domain, EmbedNormalization, "EmbedLayerNormalization")
        .AddIn(Domain, Attention, "Attention")
        .AddIn(Domain, MultiHeadAttention, "MultiHeadAttention");

    private static void FusedMatMul(ShapeContext node)
    {
        bool batches = node.Node.Int("transBatchA", 0) != 0 || node.Node.Int("transBatchB", 0) != 0;
        node.Set(0, node.ElementOf(0), batches ? null : MatrixShapes.Product(
            node, Transposed(node.ShapeOf(0), node.Node.Int("transA", 0) != 0), Transposed(node.ShapeOf(1), node.Node.Int("transB", 0) != 0)));
    }

    private static Shape? Transposed(Shape? matrix, bool transposed) =>
        matrix is { Rank: >= 2 } && transposed ? new([.. matrix.SkipLast(2), matrix[^1], matrix[^2]]) : matrix;

    private static void QuantizedGemm(ShapeContext node)
    {
        var a = Transposed(node.ShapeOf(0), node.Node.Int("transA", 0) != 0);
        var b = Transposed(node.ShapeOf(3), node.Node.Int("transB", 0) != 0);
        node.Set(0, node.Has(8) ? node.ElementOf(8) : ElementType.Float32, MatrixShapes.Product(node, a, b));
    }

    private static void QuantizedPool(ShapeContext node)
    {
        if (node.Node.Int("channels_last", 0) != 0)
        {
            node.Set(0, node.ElementOf(0), ShapeArithmetic.Unknown(node.ShapeOf(0)?.Rank is { } rank ? rank : Dimension.Unknown));
        }
        else if (node.Node.OpType == "QLinearAveragePool")
        {
            PoolingShapes.Pool(node);
        }
        else
        {
            PoolingShapes.Global(node);
        }
    }

    // Output, mean, inverse deviation, and the sum that was normalised.
    private static void SkipNormalization(ShapeContext node)
    {
        node.Set(0, node.TypeOf(0));
        node.Set(1, ElementType.Float32, null);
        node.Set(2, ElementType.Float32, null);
        node.Set(3, node.TypeOf(0));
    }

    private static void EmbedNormalization(ShapeContext node)
    {
        Shape y = new(node.AxisOf(0, 0), node.AxisOf(0, 1), node.AxisOf(2, 1));
        node.Set(0, node.ElementOf(2), y);
        node.Set(1, ElementType.Int32, new(node.AxisOf(0, 0)));
        node.Set(2, node.ElementOf(2), y);
    }

    // Input (batch, length, features) times weights (features, 3 × hidden), unless the attribute states three sizes.
    private static void Attention(ShapeContext node)
    {
        Dimension hidden = node.Node.Ints("qkv_hidden_sizes") is { Length: 3 } sizes
            ? node.Stated(sizes[2], "the size of the values")
            : node.Symbols.AxisOf(node.Symbols.SizeOf(node.AxisOf(1, 1))?.DivideExactly(3));
        node.Set(0, node.ElementOf(0), new(node.AxisOf(0, 0), node.AxisOf(0, 1), hidden));
        node.Set(1, node.ElementOf(0), null);
    }

    // Queries (batch, length, features); values (batch, length, features), or (batch, heads, length, size).
    private static void MultiHeadAttention(ShapeContext node)
    {
        var values = node.ShapeOf(2);
        node.Set(0, node.ElementOf(0), node.ShapeOf(0) is { Rank: 3 } q && values is { Rank: 3 } ? q.With(2, values[2]) : null);
        node.Set(1, node.ElementOf(0), null);
        node.Set(2, node.ElementOf(0), null);
    }
}
