namespace Unmask.Graphs;

/// <summary>
/// Operator set 13: Softmax, LogSoftmax and Hardmax work along one axis instead of all from one on; axes of Squeeze, Unsqueeze and ReduceSum and the sizes of
/// Split became inputs; Resize lost a coordinate mode and may leave out what it does not need.
/// </summary>
internal static class Opset13
{
    public static IReadOnlyDictionary<string, OpsetAdapter> Changes { get; } = new Dictionary<string, OpsetAdapter>
    {
        ["Softmax"] = FlattenedSoftmax.Mark,
        ["LogSoftmax"] = FlattenedSoftmax.Mark,
        ["Hardmax"] = FlattenedSoftmax.Mark,
        ["Squeeze"] = OpsetAdapters.ToInput("axes"),
        ["Unsqueeze"] = OpsetAdapters.ToInput("axes"),
        ["ReduceSum"] = OpsetAdapters.ToInput("axes"),
        ["Split"] = OpsetAdapters.ToInput("split"),
        ["Resize"] = Resize,
    };

    private static void Resize(OpsetRewrite rewrite)
    {
        var needed = rewrite.Node.Inputs.Select((input, i) => i > 0 && rewrite.ConstantOf(input) is { Count: 0 } ? "" : input);
        var node = rewrite.Node with { Inputs = [.. needed] };
        rewrite.Become(node.Text("coordinate_transformation_mode", "half_pixel") == "tf_half_pixel_for_nn" ? HalfPixel(rewrite, node) : node);
    }

    /// <summary>
    /// Output pixel i comes from u = (i + ½) / scale in the lost mode and from u − ½ in «half_pixel»: ⌊u⌋ is u − ½ rounded, ties up, and u rounded, ties
    /// down, is ⌈u − ½⌉.
    /// </summary>
    private static Node HalfPixel(OpsetRewrite rewrite, Node node)
    {
        string? nearest = (node.Text("mode", "nearest"), node.Text("nearest_mode", "round_prefer_floor")) switch
        {
            ("nearest", "floor") => "round_prefer_ceil",
            ("nearest", "round_prefer_floor") => "ceil",
            _ => null,
        };
        return nearest is null
            ? throw rewrite.Refuse("the mode \"tf_half_pixel_for_nn\" has no equal with these other settings. Export the model with opset 13 or above.")
            : node.With("coordinate_transformation_mode", "half_pixel").With("nearest_mode", nearest);
    }
}
