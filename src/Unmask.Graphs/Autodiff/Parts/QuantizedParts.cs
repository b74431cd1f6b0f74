namespace Unmask.Graphs;

/// <summary>Operators that compute on integers, as the same in real numbers between a dequantisation and a quantisation.</summary>
internal static class QuantizedParts
{
    public static void AddTo(Decompositions rows) => rows
        .Add("QLinearConv", Convolution)
        .Add("QLinearMatMul", b => Quantized(b, Real(b, 0, 1, 2).MatMul(Real(b, 3, 4, 5)), 6, 7));

    // Inputs: x, scale, zero point; w, scale(s), zero point; scale and zero point of y; the bias in units of both scales.
    private static Expression Convolution(Backward b)
    {
        var x = Real(b, 0, 1, 2);
        var w = b.Emitter.Add("DequantizeLinear", [b.X(3), b.X(4), b.X(5)], ("axis", 0L));
        Expression[] inputs = b.Has(8) ? [x, w, b.X(8).Cast(ElementType.Float32) * b.X(1) * b.X(4)] : [x, w];
        string[] kept = ["auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"];
        (string, NodeAttribute)[] attributes = [.. kept.Where(b.Node.Attributes.ContainsKey).Select(name => (name, b.Node.Attributes[name]))];
        return Quantized(b, b.Emitter.Add("Conv", inputs, attributes), 6, 7);
    }

    public static Expression Real(Backward b, int value, int scale, int zero) => Expression.Emit("DequantizeLinear", b.X(value), b.X(scale), b.X(zero));

    public static Expression Quantized(Backward b, Expression real, int scale, int zero) => Expression.Emit("QuantizeLinear", real, b.X(scale), b.X(zero));
}
