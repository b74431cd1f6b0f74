namespace Unmask.Graphs;

/// <summary>Finds the values that cannot be negative: rules for layers with such inputs need half the work.</summary>
internal static class NonNegativeValues
{
    private static readonly HashSet<string> Makers = Set("Relu Sigmoid HardSigmoid Softmax Softplus Abs Exp Sqrt ReduceL1 ReduceL2 ReduceSumSquare");

    // Non-negative when everything that they read and add up or copy is.
    private static readonly HashSet<string> Keepers = Set(
        "Identity Cast Dropout Reshape Flatten Squeeze Unsqueeze Transpose Expand Tile Slice Split Concat DepthToSpace SpaceToDepth "
        + "MaxPool AveragePool GlobalMaxPool GlobalAveragePool ReduceMax ReduceMin ReduceMean ReduceSum Add Sum Mean Mul Max Min HardSwish Gelu Swish");

    public static HashSet<string> Of(Graph graph)
    {
        var found = new HashSet<string>(graph.Constants.Where(constant => HasNoNegative(constant.Value)).Select(constant => constant.Key), StringComparer.Ordinal);
        var scope = new PatternScope(graph);
        foreach (var node in graph.Nodes.Where(node => node.Domain.Length == 0))
        {
            bool keeps = node.OpType switch
            {
                "Clip" => scope.Number(node.Input(1)) >= 0 || found.Contains(node.Inputs[0]),
                "Pad" => found.Contains(node.Inputs[0]) && node.Input(2).Length == 0,
                "Gather" => found.Contains(node.Inputs[0]),
                "Resize" => found.Contains(node.Inputs[0]) && node.Text("mode", "nearest") != "cubic",
                "Reshape" or "Expand" or "Tile" or "Slice" or "Split" or "Squeeze" or "Unsqueeze" or "ReduceMax" or "ReduceMin" or "ReduceMean" or "ReduceSum" => found.Contains(node.Inputs[0]),
                _ => Makers.Contains(node.OpType) || (Keepers.Contains(node.OpType) && node.Inputs.All(found.Contains)),
            };
            if (keeps)
            {
                found.UnionWith(node.Outputs.Where(output => output.Length > 0));
            }
        }

        return found;
    }

    // Weights are large and mostly have both signs: only small constants are looked at.
    private static bool HasNoNegative(TensorData data) =>
        data.Type == ElementType.Float32 && data.Count <= 4096 && data.AsSpan<float>().IndexOfAnyInRange(float.NegativeInfinity, -float.Epsilon) < 0;

    private static HashSet<string> Set(string names) => new(names.Split(' '), StringComparer.Ordinal);
}
