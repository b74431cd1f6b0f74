using Unmask.Graphs;

namespace Unmask.Training;

/// <summary>Which constants of a network are weights: those that layers multiply by, add or look up, not sizes, levels or running statistics.</summary>
internal static class TrainableWeights
{
    /// <summary>The names, in the order in which the layers stand; only of layers that the first output depends on.</summary>
    public static IReadOnlyList<string> Of(Graph graph)
    {
        graph = PruneUnreachable.Run(graph with { Outputs = graph.Outputs[..Math.Min(1, graph.Outputs.Length)] });
        var products = graph.Nodes.Where(node => node.Is("MatMul")).Select(node => node.Outputs[0]).ToHashSet(StringComparer.Ordinal);
        return [.. graph.Nodes.SelectMany(node => WeightsOf(node, products))
            .Where(name => graph.Constants.TryGetValue(name, out var constant) && constant.Type == ElementType.Float32 && constant.Count > 0).Distinct(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> WeightsOf(Node node, HashSet<string> products) => node.Domain.Length > 0 ? [] : node.OpType switch
    {
        "Conv" or "ConvTranspose" or "Gemm" or "PRelu" => node.Inputs.Skip(1),
        "BatchNormalization" or "LayerNormalization" or "InstanceNormalization" or "GroupNormalization" or "RMSNormalization" => node.Inputs.Skip(1).Take(2),
        "MatMul" => node.Inputs,
        "Gather" => node.Inputs.Take(1),
        "Add" when node.Inputs.Any(products.Contains) => node.Inputs,
        _ => [],
    };
}
