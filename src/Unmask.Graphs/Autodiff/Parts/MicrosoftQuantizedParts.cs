namespace Unmask.Graphs;

/// <summary>Operators on integers that ONNX Runtime's quantiser writes, as the same in real numbers between dequantisations and a quantisation.</summary>
internal static class MicrosoftQuantizedParts
{
    public static void AddTo(Decompositions rows) => rows
        .Add("com.microsoft.QLinearAdd", b => QuantizedParts.Quantized(b, QuantizedParts.Real(b, 0, 1, 2) + QuantizedParts.Real(b, 3, 4, 5), 6, 7))
        .Add("com.microsoft.QLinearMul", b => QuantizedParts.Quantized(b, QuantizedParts.Real(b, 0, 1, 2) * QuantizedParts.Real(b, 3, 4, 5), 6, 7))
        .Add("com.microsoft.QLinearSigmoid", b => QuantizedParts.Quantized(b, QuantizedParts.Real(b, 0, 1, 2).Sigmoid(), 3, 4))
        .Add("com.microsoft.QLinearLeakyRelu", b => QuantizedParts.Quantized(
            b, b.Emitter.Add("LeakyRelu", [QuantizedParts.Real(b, 0, 1, 2)], ("alpha", b.Node.Float("alpha", 0.01f))), 3, 4))
        .Add("com.microsoft.QLinearGlobalAveragePool", GlobalAverage)
        .Add("com.microsoft.QLinearConcat", Concatenated)
        .Add("com.microsoft.QGemm", Gemm)
        .Add("com.microsoft.DynamicQuantizeMatMul", b => Biased(b, b.X(0).MatMul(Weights(b, 1, 2, 3)), 4))
        .Add("com.microsoft.MatMulIntegerToFloat", b => Biased(b, Expression.Emit("DequantizeLinear", Given(b, 0, 2, 4)).MatMul(Weights(b, 1, 3, 5)), 6));

    private static Expression GlobalAverage(Backward b) => b.Node.Int("channels_last", 0) == 0
        ? QuantizedParts.Quantized(b, Expression.Emit("GlobalAveragePool", QuantizedParts.Real(b, 0, 1, 2)), 3, 4)
        : throw b.Refuse("{op} with its channels last has no float form");

    // Inputs: scale and zero point of y, then value, scale and zero point of each part.
    private static Expression Concatenated(Backward b)
    {
        Expression[] parts = [.. Enumerable.Range(0, (b.Node.Inputs.Length - 2) / 3).Select(i => QuantizedParts.Real(b, (3 * i) + 2, (3 * i) + 3, (3 * i) + 4))];
        return QuantizedParts.Quantized(b, b.Emitter.Add("Concat", parts, ("axis", b.Node.Int("axis", 0))), 0, 1);
    }

    // Inputs: a, scale, zero point; b, scale(s), zero point(s); the bias in units of both scales; scale and zero point of y, if it is quantised.
    private static Expression Gemm(Backward b)
    {
        bool transposed = b.Node.Int("transB", 0) != 0;
        var weights = b.Emitter.Add("DequantizeLinear", Given(b, 3, 4, 5), ("axis", transposed ? 0L : 1L));
        float alpha = b.Node.Float("alpha", 1f);
        Expression[] inputs = b.Has(6)
            ? [QuantizedParts.Real(b, 0, 1, 2), weights, b.X(6).Cast(ElementType.Float32) * b.X(1) * b.X(4) * alpha]
            : [QuantizedParts.Real(b, 0, 1, 2), weights];
        var y = b.Emitter.Add("Gemm", inputs, ("alpha", alpha), ("transA", b.Node.Int("transA", 0)), ("transB", b.Node.Int("transB", 0)));
        return b.Has(7) ? QuantizedParts.Quantized(b, y, 7, 8) : y;
    }

    private static Expression Weights(Backward b, int value, int scale, int zero) => b.Emitter.Add("DequantizeLinear", Given(b, value, scale, zero), ("axis", -1L));

    private static Expression[] Given(Backward b, int value, int scale, int zero) => b.Has(zero) ? [b.X(value), b.X(scale), b.X(zero)] : [b.X(value), b.X(scale)];

    private static Expression Biased(Backward b, Expression product, int bias) => b.Has(bias) ? product + b.X(bias) : product;
}
