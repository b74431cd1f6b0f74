namespace Unmask.Graphs;

/// <summary>Operator set 9: BatchNormalization lost its non-spatial mode, the scales of Upsample became an input, Scan became another operator.</summary>
internal static class Opset9
{
    public static IReadOnlyDictionary<string, OpsetAdapter> Changes { get; } = new Dictionary<string, OpsetAdapter>
    {
        ["BatchNormalization"] = BatchNormalization,
        ["Upsample"] = Upsample,
        ["Scan"] = rewrite => throw rewrite.Refuse("the operator of that name in set 8 (with a batch axis of its own) is another one. Export the model with opset 9 or above."),
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
}
