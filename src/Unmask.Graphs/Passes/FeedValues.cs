using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// Makes inner values or constants inputs, under their own names: to run a model from a layer on, or to change its weights between runs.
/// <code>
///   x ─ Conv ─ features ─ Gemm ─ logits      →      features ─ Gemm ─ logits
/// </code>
/// What computed the values is removed where nothing else needs it, and so are inputs that nothing reads any more.
/// </summary>
public static class FeedValues
{
    /// <summary>Makes values inputs.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="names">Results of nodes, or constants. Inputs are left as they are.</param>
    /// <exception cref="LayerNotFoundException">There is no such value.</exception>
    public static Graph Run(Graph graph, IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(names);
        string[] fed = [.. names.Distinct(StringComparer.Ordinal).Where(name => graph.Inputs.All(input => input.Name != name))];
        ExposeValues.Run(graph, fed);
        var inputs = graph.Inputs.AddRange(fed.Select(name => new Value(name, graph.TypeOf(name))));
        var cut = graph with
        {
            Inputs = inputs,
            Constants = graph.Constants.RemoveRange(fed),
            InnerTypes = graph.InnerTypes.RemoveRange(fed),
            Nodes = [.. graph.Nodes.Select(node => Detach(node, fed)).OfType<Node>()],
        };
        return PruneUnreachable.Run(cut, removeInputs: true);
    }

    /// <summary>A node that no longer makes the values; <c>null</c> when it makes nothing else.</summary>
    private static Node? Detach(Node node, string[] fed)
    {
        if (!node.Outputs.Any(fed.Contains))
        {
            return node;
        }

        ImmutableArray<string> left = [.. node.Outputs.Select(output => fed.Contains(output) ? "" : output)];
        return left.All(output => output.Length == 0) ? null : node with { Outputs = left };
    }
}
