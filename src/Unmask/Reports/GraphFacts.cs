using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask;

/// <summary>What a report says of a graph.</summary>
internal static class GraphFacts
{
    /// <summary>The graph with shapes, at the working opset where it can be raised; otherwise as it is.</summary>
    public static (Graph Graph, long? WorkingOpset) Infer(Graph graph)
    {
        try
        {
            var raised = ShapeInference.Run(RaiseOpset.Run(graph));
            return (raised, raised.Opset);
        }
        catch (UnmaskException)
        {
            // The report still has the file's own facts, and says under «problem» why the model cannot be used.
            return (graph, null);
        }
    }

    public static long Parameters(Graph graph) => graph.Constants.Values.Where(constant => constant.Type.IsFloat()).Sum(constant => (long)constant.Count)
        + graph.Nodes.SelectMany(node => node.Subgraphs).Sum(Parameters);

    public static ImmutableArray<OperatorFacts> Operators(Graph graph) =>
        [.. graph.Nodes
            .GroupBy(node => node.Domain.Length == 0 ? node.OpType : $"{node.Domain}.{node.OpType}", StringComparer.Ordinal)
            .Select(group => new OperatorFacts(group.Key, group.Count()))
            .OrderByDescending(each => each.Count)
            .ThenBy(each => each.Name, StringComparer.Ordinal)];

    /// <summary>Every tensor between input and output that has a batch and features: rank 2 or more.</summary>
    public static ImmutableArray<LayerFacts> Layers(Graph graph)
    {
        var layers = ImmutableArray.CreateBuilder<LayerFacts>();
        foreach (var node in graph.Nodes)
        {
            foreach (string output in node.Outputs)
            {
                if (output.Length > 0 && graph.TypeOf(output) is Graphs.ValueType.Tensor { Element: var element, Shape: { Rank: >= 2 } shape } && element.IsFloat())
                {
                    layers.Add(new(output, node.OpType, [.. shape.Select(axis => axis.ToString())]));
                }
            }
        }

        return layers.ToImmutable();
    }

    public static string FinalActivation(Graph graph, Model model)
    {
        string output = model.Options.Output ?? graph.Outputs[0].Name;
        return Graphs.FinalActivation.Find(graph, output)?.Kind switch
        {
            FinalActivationKind.Softmax => "softmax",
            FinalActivationKind.LogSoftmax => "log-softmax",
            FinalActivationKind.Sigmoid => "sigmoid",
            _ => "none",
        };
    }
}
