using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.Training;

/// <summary>Which constants of a network are weights: those that layers multiply by, add or look up, not sizes, levels or running statistics.</summary>
public static class TrainableWeights
{
    /// <summary>The names of all weights that the first output depends on, in the order in which the layers stand.</summary>
    public static ImmutableArray<string> Of(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        graph = PruneUnreachable.Run(graph with { Outputs = graph.Outputs[..Math.Min(1, graph.Outputs.Length)] });
        return Of(graph, graph.Nodes);
    }

    /// <summary>The weights of some nodes of a graph.</summary>
    internal static ImmutableArray<string> Of(Graph graph, IEnumerable<Node> nodes)
    {
        var roles = new WeightRoles(graph);
        return [.. nodes.SelectMany(roles.Of).Where(name => graph.Constants.TryGetValue(name, out var constant) && constant.Type == ElementType.Float32 && constant.Count > 0).Distinct(StringComparer.Ordinal)];
    }
}

/// <summary>Which inputs of a node are weights if they are constants.</summary>
internal sealed class WeightRoles
{
    // Where a sum adds a bias: behind a product with a matrix (behind one of two computed values it masks attention).
    // Where a product scales and a sum shifts: behind a normalisation in pieces.
    private readonly HashSet<string> _products = new(StringComparer.Ordinal);
    private readonly HashSet<string> _normalized = new(StringComparer.Ordinal);
    private readonly HashSet<string> _grouped = new(StringComparer.Ordinal);
    private readonly HashSet<string> _roots = new(StringComparer.Ordinal);

    /// <summary>Goes through a graph once.</summary>
    public WeightRoles(Graph graph)
    {
        foreach (var node in graph.Nodes.Where(node => node.Domain.Length == 0 && node.Outputs.Length > 0))
        {
            Note(node, graph);
        }
    }

    /// <summary>The inputs.</summary>
    public IEnumerable<string> Of(Node node) => node.Domain.Length > 0 ? [] : node.OpType switch
    {
        "Conv" or "ConvTranspose" or "Gemm" or "PRelu" => node.Inputs.Skip(1),
        // Over groups of channels, it is the product and the sum behind that scale and shift channels.
        "InstanceNormalization" when _grouped.Contains(node.Outputs[0]) => [],
        "BatchNormalization" or "LayerNormalization" or "InstanceNormalization" or "GroupNormalization" or "RMSNormalization" => node.Inputs.Skip(1).Take(2),
        "MatMul" => node.Inputs,
        "Gather" => node.Inputs.Take(1),
        "Add" when node.Inputs.Any(_products.Contains) => node.Inputs,
        "Add" or "Mul" when node.Inputs.Any(_normalized.Contains) => node.Inputs,
        _ => [],
    };

    private void Note(Node node, Graph graph)
    {
        bool continues = node.Inputs.Any(_normalized.Contains);
        switch (node.OpType)
        {
            case "MatMul" when node.Inputs.Any(graph.Constants.ContainsKey):
                _products.Add(node.Outputs[0]);
                break;
            case "Sqrt":
                _roots.Add(node.Outputs[0]);
                break;
            case "Div" when _roots.Contains(node.Inputs[1]):
            case "InstanceNormalization" or "MeanVarianceNormalization":
                _normalized.Add(node.Outputs[0]);
                break;
            case "Reshape" when continues:
                _grouped.Add(node.Inputs[0]);
                _normalized.Add(node.Outputs[0]);
                break;
            case "Mul" when continues && node.Inputs.Any(graph.Constants.ContainsKey):
                _normalized.Add(node.Outputs[0]);
                break;
        }
    }
}
