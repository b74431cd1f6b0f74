namespace Unmask.Graphs;

/// <summary>
/// Makes inner values outputs, after those that there are, under their own names.
/// <code>
///   x ─ Conv ─ features ─ Gemm ─ logits →        x ─ Conv ─ features ─ Gemm ─ logits →
///                                                             └→
/// </code>
/// </summary>
public static class ExposeValues
{
    /// <summary>Makes values outputs.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="names">Values of the graph: results of nodes, inputs or constants. Those that are outputs already are left as they are.</param>
    /// <exception cref="LayerNotFoundException">There is no such value, or it is inside a subgraph. The message names the nearest ones.</exception>
    public static Graph Run(Graph graph, IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(names);
        var there = SubgraphScopes.Defined(graph).ToHashSet(StringComparer.Ordinal);
        var outputs = graph.Outputs.ToBuilder();
        foreach (string name in names.Distinct(StringComparer.Ordinal))
        {
            if (!there.Contains(name))
            {
                throw new LayerNotFoundException(Explain(graph, name));
            }

            if (outputs.All(output => output.Name != name))
            {
                outputs.Add(new Value(name, graph.TypeOf(name)));
            }
        }

        return graph with { Outputs = outputs.ToImmutable(), InnerTypes = graph.InnerTypes.RemoveRange(outputs.Select(output => output.Name)) };
    }

    private static string Explain(Graph graph, string name)
    {
        string asked = $"Layer \"{name}\" is not in the model{(graph.Name.Length > 0 ? $" \"{graph.Name}\"" : "")}.";
        if (graph.Nodes.FirstOrDefault(node => node.Name == name) is { } node)
        {
            return $"{asked} A node ({node.OpType}) has that name; what it makes is called {Quote(node.Outputs.Where(output => output.Length > 0))}.";
        }

        if (graph.Nodes.FirstOrDefault(outer => outer.Subgraphs.SelectMany(SubgraphScopes.ValueNames).Contains(name)) is { } holder)
        {
            return $"Layer \"{name}\" is inside the {holder.OpType} node {holder.Origin}: it may be computed several times or not at all, "
                + $"so it cannot be looked at from outside. The node as a whole makes {Quote(holder.Outputs)}.";
        }

        var made = graph.Nodes.SelectMany(each => each.Outputs).Where(output => output.Length > 0).ToArray();
        var near = Suggestions.Nearest(name, made);
        return near.Count > 0
            ? $"{asked} Closest: {Quote(near)}. It has {made.Length} in all."
            : $"{asked} It has {made.Length}; the last are {Quote(made.TakeLast(3))}.";
    }

    private static string Quote(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"\"{name}\""));
}
