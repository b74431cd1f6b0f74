using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>What the bodies of If, Loop and Scan see of the graphs around them.</summary>
internal static class SubgraphScopes
{
    /// <summary>The values of its own graph that a node reads, directly or inside its subgraphs.</summary>
    public static IEnumerable<string> Reads(Node node) =>
        node.Inputs.Where(input => input.Length > 0).Concat(node.Subgraphs.SelectMany(Captured));

    /// <summary>The values that a subgraph reads from the graphs around it.</summary>
    public static IEnumerable<string> Captured(Graph body)
    {
        var own = Defined(body).ToHashSet(StringComparer.Ordinal);
        return body.Nodes.SelectMany(Reads)
            .Concat(body.Outputs.Select(output => output.Name))
            .Where(name => !own.Contains(name))
            .Distinct(StringComparer.Ordinal);
    }

    /// <summary>The values that a graph itself makes or is given; not those of its subgraphs.</summary>
    public static IEnumerable<string> Defined(Graph graph) => graph.Inputs.Select(input => input.Name)
        .Concat(graph.Constants.Keys)
        .Concat(graph.Nodes.SelectMany(node => node.Outputs).Where(output => output.Length > 0));

    /// <summary>The names of all values of a graph and of its subgraphs.</summary>
    public static IEnumerable<string> ValueNames(Graph graph) => Defined(graph)
        .Concat(graph.Outputs.Select(output => output.Name))
        .Concat(graph.Nodes.SelectMany(node => node.Inputs).Where(input => input.Length > 0))
        .Concat(graph.InnerTypes.Keys)
        .Concat(graph.Nodes.SelectMany(node => node.Subgraphs).SelectMany(ValueNames));

    /// <summary>The names of all nodes of a graph and of its subgraphs.</summary>
    public static IEnumerable<string> NodeNames(Graph graph) =>
        graph.Nodes.SelectMany(node => node.Subgraphs.SelectMany(NodeNames).Prepend(node.Name));

    /// <summary>The same node with every subgraph replaced.</summary>
    public static Node MapSubgraphs(this Node node, Func<Graph, Graph> change)
    {
        foreach (var (name, attribute) in node.Attributes)
        {
            if (attribute is NodeAttribute.Subgraph one)
            {
                node = node.With(name, new NodeAttribute.Subgraph(change(one.Value)));
            }
            else if (attribute is NodeAttribute.Subgraphs many)
            {
                node = node.With(name, new NodeAttribute.Subgraphs([.. many.Values.Select(change)]));
            }
        }

        return node;
    }
}
