namespace Unmask.Graphs;

/// <summary>Operator set 11: attributes of Clip and Pad became inputs, Resize learnt where pixels lie, Scatter was renamed.</summary>
internal static class Opset11
{
    public static IReadOnlyDictionary<string, OpsetAdapter> Changes { get; } = new Dictionary<string, OpsetAdapter>
    {
        ["Clip"] = Clip,
        ["Pad"] = Pad,
        ["Resize"] = Resize,
        ["Scatter"] = rewrite => rewrite.Become(rewrite.Node with { OpType = "ScatterElements" }),
    };

    private static void Clip(OpsetRewrite rewrite)
    {
        var node = rewrite.Node;
        var clipped = node.Without("min", "max");
        if (node.Attributes.ContainsKey("min"))
        {
            clipped = OpsetAdapters.WithInput(clipped, 1, rewrite.ConstantLike(node.Inputs[0], node.Float("min", float.MinValue), "min"));
        }

        if (node.Attributes.ContainsKey("max"))
        {
            clipped = OpsetAdapters.WithInput(clipped, 2, rewrite.ConstantLike(node.Inputs[0], node.Float("max", float.MaxValue), "max"));
        }

        rewrite.Become(clipped);
    }

    private static void Pad(OpsetRewrite rewrite)
    {
        var node = rewrite.Node;
        if (node.Ints("pads") is not { } pads)
        {
            throw rewrite.Refuse("it has no attribute \"pads\".");
        }

        var padded = OpsetAdapters.WithInput(node.Without("pads", "value"), 1, rewrite.Constant(pads.AsSpan(), "pads"));
        float value = node.Float("value", 0);
        rewrite.Become(value == 0 ? padded : OpsetAdapters.WithInput(padded, 2, rewrite.ConstantLike(node.Inputs[0], value, "value")));
    }

    /// <summary>
    /// Before, output pixel i came from i / scale («asymmetric»). The nearest pixel was the one below when enlarging and the one above when shrinking; an
    /// image that is enlarged along one axis and shrunk along another is therefore resized twice.
    /// </summary>
    private static void Resize(OpsetRewrite rewrite)
    {
        var node = rewrite.Node;
        if (node.Text("mode", "nearest") != "nearest")
        {
            Resized(rewrite, node.Inputs[0], node.Inputs[1], null, last: true);
            return;
        }

        var known = rewrite.ConstantOf(node.Inputs[1]) is { Type: ElementType.Float32 } constant ? constant.AsSpan<float>().ToArray() : null;
        if (known is not null && known.All(scale => scale >= 1))
        {
            Resized(rewrite, node.Inputs[0], node.Inputs[1], "floor", last: true);
        }
        else if (known is not null && known.All(scale => scale <= 1))
        {
            Resized(rewrite, node.Inputs[0], node.Inputs[1], "ceil", last: true);
        }
        else
        {
            string one = rewrite.Constant(TensorData.Scalar(1f), "one");
            string shrunk = Resized(rewrite, node.Inputs[0], rewrite.Add("Min", [node.Inputs[1], one]), "ceil", last: false);
            Resized(rewrite, shrunk, rewrite.Add("Max", [node.Inputs[1], one]), "floor", last: true);
        }
    }

    private static string Resized(OpsetRewrite rewrite, string x, string scales, string? nearest, bool last)
    {
        // The region of interest may be absent from set 13 on; before it is required, though nothing reads it here.
        string roi = rewrite.Target >= 13 ? "" : rewrite.Constant(TensorData.Vector<float>(), "roi");
        var resize = rewrite.Node with { Inputs = [x, roi, scales] };
        resize = resize.With("coordinate_transformation_mode", "asymmetric");
        resize = nearest is null ? resize : resize.With("nearest_mode", nearest);
        resize = last ? resize : resize with { Name = rewrite.Fresh("shrink"), Outputs = [rewrite.Fresh("shrunk")] };
        rewrite.Become(resize);
        return resize.Outputs[0];
    }
}
