using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// Removes what no output needs: nodes, constants, and what is known of values that are gone; in subgraphs too.
/// <code>
///   x ─┬ Relu ─ y →            x ─ Relu ─ y →
///      └ Exp ─ z
/// </code>
/// </summary>
public static class PruneUnreachable
{
    /// <summary>Removes what no output needs.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="removeInputs">Whether inputs that nothing reads go as well.</param>
    public static Graph Run(Graph graph, bool removeInputs = false)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var needed = graph.Outputs.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        var kept = new List<Node>();
        foreach (var node in graph.Nodes.Reverse().Where(node => node.Outputs.Any(needed.Contains)))
        {
            // A body keeps its inputs: they are the signature that the node calls.
            var pruned = node.MapSubgraphs(body => Run(body));
            needed.UnionWith(SubgraphScopes.Reads(pruned));
            kept.Add(pruned);
        }

        kept.Reverse();
        needed.UnionWith(graph.QuantizationAnnotations.Where(pair => needed.Contains(pair.Key)).SelectMany(pair => pair.Value.Values).ToArray());
        return Only(graph with { Nodes = [.. kept] }, needed, removeInputs);
    }

    private static Graph Only(Graph graph, HashSet<string> needed, bool removeInputs)
    {
        var pruned = graph with
        {
            Inputs = removeInputs ? graph.Inputs.RemoveAll(input => !needed.Contains(input.Name)) : graph.Inputs,
            Constants = graph.Constants.RemoveRange(graph.Constants.Keys.Where(name => !needed.Contains(name))),
        };
        var there = SubgraphScopes.Defined(pruned).ToHashSet(StringComparer.Ordinal);
        return pruned with
        {
            InnerTypes = graph.InnerTypes.RemoveRange(graph.InnerTypes.Keys.Where(name => !there.Contains(name))),
            QuantizationAnnotations = graph.QuantizationAnnotations.RemoveRange(graph.QuantizationAnnotations.Keys.Where(name => !there.Contains(name))),
        };
    }
}
