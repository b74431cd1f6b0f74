using Unmask.Graphs;

namespace Unmask.WhiteBox;

/// <summary>The layers of units of a network: what its activations make, [N, channels, height, width] or [N, channels].</summary>
internal static class ActivationLayers
{
    // Sigmoid and HardSigmoid are gates, not units.
    private static readonly HashSet<string> Functions = new(StringComparer.Ordinal)
    {
        "Relu", "LeakyRelu", "PRelu", "ThresholdedRelu", "Clip", "Elu", "Selu", "Celu", "Gelu", "HardSwish", "Swish", "Mish", "Softplus", "Tanh",
    };

    public static IReadOnlyList<string> Of(Graph graph, IReadOnlyList<Node> path)
    {
        var makers = path.SelectMany(node => node.Outputs.Where(output => output.Length > 0).Select(output => (output, node))).ToDictionary(StringComparer.Ordinal);
        return [.. path.Where(node => node.Domain.Length == 0 && (Functions.Contains(node.OpType) || IsSwish(node, makers))).Select(node => node.Outputs[0])
            .Where(value => graph.ShapeOf(value) is { Rank: 2 or 4 })];
    }

    /// <summary>x · sigmoid(x), as exporters write it.</summary>
    private static bool IsSwish(Node node, Dictionary<string, Node> makers) => node.Is("Mul")
        && node.Inputs.Any(input => makers.TryGetValue(input, out var gate) && gate.Is("Sigmoid") && node.Inputs.Contains(gate.Inputs[0]));
}
