namespace Unmask.Graphs;

/// <summary>Operators between floats and small integers. Integer convolutions and products stand with their families.</summary>
internal static class QuantizationShapes
{
    public static void AddTo(ShapeTable table) => table
        .Add(Quantize, "QuantizeLinear")
        .Add(Dequantize, "DequantizeLinear")
        .Add(QuantizeDynamically, "DynamicQuantizeLinear");

    /// <summary>The zero point's type, or the stated one, or bytes.</summary>
    public static void Quantize(ShapeContext node)
    {
        var stated = (ElementType)node.Node.Int("output_dtype", 0);
        var element = stated != ElementType.Undefined ? stated : node.Has(2) ? node.ElementOf(2) : ElementType.UInt8;
        node.Set(0, element, node.ShapeOf(0));
    }

    /// <summary>The scale's type.</summary>
    public static void Dequantize(ShapeContext node)
    {
        var stated = (ElementType)node.Node.Int("output_dtype", 0);
        node.Set(0, stated != ElementType.Undefined ? stated : node.ElementOf(1), node.ShapeOf(0));
    }

    private static void QuantizeDynamically(ShapeContext node)
    {
        node.Set(0, ElementType.UInt8, node.ShapeOf(0));
        node.Set(1, ElementType.Float32, Shape.Scalar);
        node.Set(2, ElementType.UInt8, Shape.Scalar);
    }
}
