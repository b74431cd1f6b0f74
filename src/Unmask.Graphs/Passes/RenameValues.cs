using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// Gives values (and, if asked, nodes) other names, everywhere: in nodes, constants, types, annotations and subgraphs.
/// <code>
///   x ─ Relu "act" ─ y      { y → score }      x ─ Relu "act" ─ score
/// </code>
/// A name means the same thing at every depth before and after, because no two values get the same new name:
/// the new names must not be in use.
/// </summary>
public static class RenameValues
{
    /// <summary>Renames values.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="values">New names by old name. Names that the graph does not have are ignored.</param>
    /// <exception cref="ArgumentException">A new name is already in use, or is given twice.</exception>
    public static Graph Run(Graph graph, IReadOnlyDictionary<string, string> values) =>
        Run(graph, values, ImmutableDictionary<string, string>.Empty);

    /// <summary>Renames values and nodes.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="values">New names of values by old name.</param>
    /// <param name="nodes">New names of nodes by old name. Their <see cref="Origin"/> stays.</param>
    /// <exception cref="ArgumentException">A new name is already in use, or is given twice.</exception>
    public static Graph Run(Graph graph, IReadOnlyDictionary<string, string> values, IReadOnlyDictionary<string, string> nodes)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(nodes);
        if (values.Count == 0 && nodes.Count == 0)
        {
            return graph;
        }

        Check(SubgraphScopes.ValueNames(graph), values);
        return Rename(graph, name => values.GetValueOrDefault(name, name), name => nodes.GetValueOrDefault(name, name));
    }

    private static void Check(IEnumerable<string> names, IReadOnlyDictionary<string, string> renaming)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in names.Distinct(StringComparer.Ordinal))
        {
            string renamed = renaming.GetValueOrDefault(name, name);
            if (!seen.Add(renamed))
            {
                throw new ArgumentException($"Two values would be called \"{renamed}\".", nameof(renaming));
            }
        }
    }

    private static Graph Rename(Graph graph, Func<string, string> value, Func<string, string> node) => graph with
    {
        Inputs = [.. graph.Inputs.Select(input => input with { Name = value(input.Name) })],
        Outputs = [.. graph.Outputs.Select(output => output with { Name = value(output.Name) })],
        Nodes = [.. graph.Nodes.Select(each => Rename(each, value, node))],
        Constants = graph.Constants.ToImmutableDictionary(pair => value(pair.Key), pair => pair.Value),
        InnerTypes = graph.InnerTypes.ToImmutableDictionary(pair => value(pair.Key), pair => pair.Value),
        QuantizationAnnotations = graph.QuantizationAnnotations.ToImmutableDictionary(
            pair => value(pair.Key),
            pair => pair.Value.ToImmutableSortedDictionary(entry => entry.Key, entry => value(entry.Value), StringComparer.Ordinal)),
    };

    private static Node Rename(Node node, Func<string, string> value, Func<string, string> name) => node.MapSubgraphs(body => Rename(body, value, name)) with
    {
        Name = name(node.Name),
        Inputs = [.. node.Inputs.Select(value)],
        Outputs = [.. node.Outputs.Select(value)],
    };
}
