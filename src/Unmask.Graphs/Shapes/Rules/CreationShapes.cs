namespace Unmask.Graphs;

/// <summary>Operators that make a tensor from attributes, from a shape or from nothing, and those that ask for a shape.</summary>
internal static class CreationShapes
{
    public static void AddTo(ShapeTable table) => table
        .Add(ShapeOfTensor, "Shape")
        .Add(SizeOfTensor, "Size")
        .Add(Constant, "Constant")
        .Add(ConstantOfShape, "ConstantOfShape")
        .Add(Range, "Range")
        .Add(EyeLike, "EyeLike")
        .Add(Random, "RandomNormal RandomUniform")
        .Add(Multinomial, "Multinomial")
        .Add(SignalWindow, "BlackmanWindow HammingWindow HannWindow");

    private static void ShapeOfTensor(ShapeContext node)
    {
        if (node.ShapeOf(0) is not { } x)
        {
            node.Set(0, ElementType.Int64, new(Dimension.Unknown));
            return;
        }

        int start = Clamp(node.Node.Int("start", 0), x.Rank);
        int end = Clamp(node.Node.Int("end", x.Rank), x.Rank);
        var axes = x.Skip(start).Take(Math.Max(end - start, 0)).ToArray();
        node.Set(0, ElementType.Int64, Shape.Of(axes.Length));
        node.SetContents(0, KnownContents.Vector(axes.Select(axis => ShapeArithmetic.QuantityOf(node, axis))));
    }

    private static int Clamp(long axis, int rank) => (int)Math.Clamp(axis < 0 ? axis + rank : axis, 0, rank);

    private static void SizeOfTensor(ShapeContext node)
    {
        node.Set(0, ElementType.Int64, Shape.Scalar);
        node.SetContents(0, KnownContents.Scalar(Quantity.Of(node.ShapeOf(0) is { } x ? node.Symbols.Product(x.Axes) : null)));
    }

    private static void Constant(ShapeContext node)
    {
        foreach (var (name, attribute) in node.Node.Attributes)
        {
            if (DataOf(name, attribute) is { } data)
            {
                node.Set(0, data.Type, data.Shape);
                node.SetContents(0, ConstantContents.Of(data));
            }
        }
    }

    private static TensorData? DataOf(string name, NodeAttribute attribute) => (name, attribute) switch
    {
        ("value", NodeAttribute.Tensor tensor) => tensor.Value,
        ("value_float", NodeAttribute.Float one) => TensorData.Scalar(one.Value),
        ("value_floats", NodeAttribute.Floats many) => TensorData.Vector(many.Values.AsSpan()),
        ("value_int", NodeAttribute.Int one) => TensorData.Scalar(one.Value),
        ("value_ints", NodeAttribute.Ints many) => TensorData.Vector(many.Values.AsSpan()),
        ("value_string", NodeAttribute.Text one) => TensorData.FromStrings([one.Value]),
        ("value_strings", NodeAttribute.Texts many) => TensorData.FromStrings(many.Values, many.Values.Length),
        _ => null,
    };

    private static void ConstantOfShape(ShapeContext node)
    {
        var value = (node.Node.Attributes.GetValueOrDefault("value") as NodeAttribute.Tensor)?.Value;
        var y = ShapeArithmetic.FromContents(node, 0);
        node.Set(0, value?.Type ?? ElementType.Float32, y);
        node.SetContents(0, KnownContents.Filled(y, value is null ? Quantity.Of(0L) : ConstantContents.Of(value)?.Single ?? Quantity.Unknown));
    }

    private static void Range(ShapeContext node)
    {
        var (start, limit, delta) = (Item(node, 0), Item(node, 1), Item(node, 2));
        var count = Count(start, limit, delta);
        node.Set(0, node.ElementOf(0), new(node.Symbols.AxisOf(count)));
        if (count?.Constant is { } known and <= KnownContents.Largest && start.Integer is { } first && delta.Integer is { } step)
        {
            node.SetContents(0, KnownContents.Vector(Enumerable.Range(0, (int)known).Select(i => Quantity.Of(first + (i * step)))));
        }
    }

    private static Quantity Item(ShapeContext node, int input) => node.ContentsOf(input)?.Single ?? Quantity.Unknown;

    private static SizeExpression? Count(Quantity start, Quantity limit, Quantity delta)
    {
        if (start.Number is { } first && limit.Number is { } last && delta.Number is { } step && step != 0)
        {
            double count = Math.Ceiling((last - first) / step);
            return double.IsFinite(count) ? (long)Math.Max(count, 0) : null;
        }

        return start.Whole is { } from && limit.Whole is { } to && delta.Integer is { } by and > 0 && (to - from).LowerBound(symbolMinimum: 1) >= 0
            ? (to - from).CeilingDivide(by)
            : null;
    }

    private static void EyeLike(ShapeContext node) =>
        node.Set(0, node.Node.Int("dtype", 0) is var stated && stated != 0 ? (ElementType)stated : node.ElementOf(0), node.ShapeOf(0));

    private static void Random(ShapeContext node) =>
        node.Set(0, (ElementType)node.Node.Int("dtype", 1), node.Node.Ints("shape") is { } sizes ? new Shape([.. sizes.Select(size => node.Stated(size, "a size"))]) : null);

    private static void Multinomial(ShapeContext node) =>
        node.Set(0, (ElementType)node.Node.Int("dtype", (long)ElementType.Int32), new(node.AxisOf(0, 0), node.Stated(node.Node.Int("sample_size", 1), "sample_size")));

    private static void SignalWindow(ShapeContext node) => node.Set(
        0, (ElementType)node.Node.Int("output_datatype", 1), new(ShapeArithmetic.AxisOf(node, Item(node, 0))));
}
