namespace Unmask.Graphs;

/// <summary>
/// Operator set 10: attributes of Slice and TopK became inputs, Upsample became Resize, the mask of Dropout became boolean, and the experimental operators
/// that were never part of the standard (but that exporters wrote) went.
/// </summary>
internal static class Opset10
{
    public static IReadOnlyDictionary<string, OpsetAdapter> Changes { get; } = new Dictionary<string, OpsetAdapter>
    {
        ["Slice"] = Slice,
        ["TopK"] = TopK,
        ["Upsample"] = rewrite => rewrite.Become(rewrite.Node with { OpType = "Resize" }),
        ["Dropout"] = Dropout,
        ["Affine"] = Affine,
        ["ImageScaler"] = ImageScaler,
        ["ParametricSoftplus"] = ParametricSoftplus,
        ["ScaledTanh"] = ScaledTanh,
        ["Scale"] = Scale,
    };

    private static void Slice(OpsetRewrite rewrite)
    {
        var node = rewrite.Node;
        if (node.Ints("starts") is not { } starts || node.Ints("ends") is not { } ends)
        {
            throw rewrite.Refuse("it needs the attributes \"starts\" and \"ends\".");
        }

        List<string> inputs = [node.Inputs[0], rewrite.Constant(starts.AsSpan(), "starts"), rewrite.Constant(ends.AsSpan(), "ends")];
        if (node.Ints("axes") is { } axes)
        {
            inputs.Add(rewrite.Constant(axes.AsSpan(), "axes"));
        }

        rewrite.Become(node.Without("starts", "ends", "axes") with { Inputs = [.. inputs] });
    }

    private static void TopK(OpsetRewrite rewrite) =>
        rewrite.Become(rewrite.Node.Without("k") with { Inputs = [rewrite.Node.Inputs[0], rewrite.Constant([rewrite.Node.Int("k", 1)], "k")] });

    /// <summary>Where the mask is read as a number, it is made one again.</summary>
    private static void Dropout(OpsetRewrite rewrite)
    {
        var node = rewrite.Node;
        if (!rewrite.IsRead(1))
        {
            rewrite.Become(node with { Outputs = [node.Outputs[0]] });
            return;
        }

        string mask = rewrite.Fresh("mask");
        rewrite.Become(node with { Outputs = [node.Outputs[0], mask] });
        string one = rewrite.ConstantLike(node.Inputs[0], 1, "one");
        string zero = rewrite.ConstantLike(node.Inputs[0], 0, "zero");
        rewrite.Become(new Node(rewrite.Fresh("mask_Where"), "Where", [mask, one, zero], [node.Outputs[1]]) { Origin = node.Origin });
    }

    private static void Scale(OpsetRewrite rewrite)
    {
        string x = rewrite.Node.Inputs[0];
        Last(rewrite, "Mul", x, rewrite.ConstantLike(x, rewrite.Node.Float("scale", 1), "scale"));
    }

    /// <summary>α x + β.</summary>
    private static void Affine(OpsetRewrite rewrite)
    {
        string x = rewrite.Node.Inputs[0];
        string scaled = rewrite.Add("Mul", [x, rewrite.ConstantLike(x, rewrite.Node.Float("alpha", 1), "alpha")]);
        Last(rewrite, "Add", scaled, rewrite.ConstantLike(x, rewrite.Node.Float("beta", 0), "beta"));
    }

    /// <summary>scale · x + bias of the channel, for images N×C×H×W.</summary>
    private static void ImageScaler(OpsetRewrite rewrite)
    {
        string x = rewrite.Node.Inputs[0];
        float[] bias = rewrite.Node.Attributes.GetValueOrDefault("bias") is NodeAttribute.Floats floats ? [.. floats.Values] : [0];
        string scaled = rewrite.Add("Mul", [x, rewrite.ConstantLike(x, rewrite.Node.Float("scale", 1), "scale")]);
        Last(rewrite, "Add", scaled, rewrite.Constant(TensorData.Adopt(bias, 1, bias.Length, 1, 1), "bias"));
    }

    /// <summary>α log(exp(β x) + 1).</summary>
    private static void ParametricSoftplus(OpsetRewrite rewrite)
    {
        string x = rewrite.Node.Inputs[0];
        string inner = rewrite.Add("Softplus", [rewrite.Add("Mul", [x, rewrite.ConstantLike(x, rewrite.Node.Float("beta", 1), "beta")])]);
        Last(rewrite, "Mul", inner, rewrite.ConstantLike(x, rewrite.Node.Float("alpha", 1), "alpha"));
    }

    /// <summary>α tanh(β x).</summary>
    private static void ScaledTanh(OpsetRewrite rewrite)
    {
        string x = rewrite.Node.Inputs[0];
        string inner = rewrite.Add("Tanh", [rewrite.Add("Mul", [x, rewrite.ConstantLike(x, rewrite.Node.Float("beta", 1), "beta")])]);
        Last(rewrite, "Mul", inner, rewrite.ConstantLike(x, rewrite.Node.Float("alpha", 1), "alpha"));
    }

    private static void Last(OpsetRewrite rewrite, string opType, string left, string right) =>
        rewrite.Become(new Node(rewrite.Node.Name, opType, [left, right], [rewrite.Node.Outputs[0]]) { Origin = rewrite.Node.Origin });
}
