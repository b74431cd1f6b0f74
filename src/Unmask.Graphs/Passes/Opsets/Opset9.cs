namespace Unmask.Graphs;

/// <summary>
/// Operator set 9: BatchNormalization lost its non-spatial mode, the scales of Upsample became an input, Scan became another operator, and the experimental
/// ConstantFill, which exporters wrote, got a standard successor.
/// </summary>
internal static class Opset9
{
    public static IReadOnlyDictionary<string, OpsetAdapter> Changes { get; } = new Dictionary<string, OpsetAdapter>
    {
        ["BatchNormalization"] = BatchNormalization,
        ["Upsample"] = Upsample,
        ["ConstantFill"] = ConstantFill,
        ["Scan"] = rewrite => throw rewrite.Refuse("in set 8 it had a batch axis of its own. Export the model with opset 9 or above."),
    };

    /// <summary>spatial = 0: every feature has statistics of its own, y = (x − mean) / √(var + ε) · scale + b, element by element.</summary>
    private static void BatchNormalization(OpsetRewrite rewrite)
    {
        var node = rewrite.Node;
        if (node.Int("spatial", 1) != 0)
        {
            rewrite.Become(node.Without("spatial"));
            return;
        }

        if (node.Outputs.Skip(1).Any(output => output.Length > 0))
        {
            throw rewrite.Refuse("the non-spatial mode in training is not supported. Export the model for inference.");
        }

        var (x, scale, bias, mean, variance) = (node.Inputs[0], node.Inputs[1], node.Inputs[2], node.Inputs[3], node.Inputs[4]);
        string epsilon = rewrite.ConstantLike(x, node.Float("epsilon", 1e-5f), "epsilon");
        string deviation = rewrite.Add("Sqrt", [rewrite.Add("Add", [variance, epsilon])]);
        string normal = rewrite.Add("Div", [rewrite.Add("Sub", [x, mean]), deviation]);
        string scaled = rewrite.Add("Mul", [normal, scale]);
        rewrite.Become(new Node(node.Name, "Add", [scaled, bias], [node.Outputs[0]]) { Origin = node.Origin });
    }

    private static void Upsample(OpsetRewrite rewrite)
    {
        float[] scales = rewrite.Node.Attributes.GetValueOrDefault("scales") is NodeAttribute.Floats floats
            ? [.. floats.Values]
            : throw rewrite.Refuse("it has no attribute \"scales\".");
        rewrite.Become(rewrite.Node.Without("scales") with { Inputs = [rewrite.Node.Inputs[0], rewrite.Constant(TensorData.Vector<float>(scales), "scales")] });
    }

    private static void ConstantFill(OpsetRewrite rewrite)
    {
        var node = rewrite.Node;
        long[] more = node.Ints("extra_shape") is { } extra ? [.. extra] : [];
        string sizes = (node.Input(0).Length > 0, node.Int("input_as_shape", 0)) switch
        {
            (false, _) => rewrite.Constant([.. node.Ints("shape") ?? [], .. more], "shape"),
            (_, 0) => rewrite.Add("Shape", [node.Inputs[0]]),
            _ => rewrite.Add("Cast", [node.Inputs[0]], ("to", (long)ElementType.Int64)),
        };
        if (node.Input(0).Length > 0 && more.Length > 0)
        {
            sizes = rewrite.Add("Concat", [sizes, rewrite.Constant(more, "extra_shape")], ("axis", 0L));
        }

        float value = node.Float("value", 0);
        TensorData content = (ElementType)node.Int("dtype", (long)ElementType.Float32) switch
        {
            ElementType.Float32 => TensorData.Vector(value),
            ElementType.Float64 => TensorData.Vector((double)value),
            ElementType.Float16 => TensorData.Vector((Half)value),
            ElementType.Int64 => TensorData.Vector((long)value),
            ElementType.Int32 => TensorData.Vector((int)value),
            ElementType.Bool => TensorData.Vector(value != 0),
            var other => throw rewrite.Refuse($"it fills with {other}."),
        };
        rewrite.Become(new Node(node.Name, "ConstantOfShape", [sizes], node.Outputs) { Origin = node.Origin }.With("value", content));
    }
}
