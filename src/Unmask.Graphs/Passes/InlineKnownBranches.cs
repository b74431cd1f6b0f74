namespace Unmask.Graphs;

/// <summary>
/// Replaces an If whose condition is known before the run by the branch that is taken. Exporters leave such nodes where a shape decides.
/// <code>
///   x ─ If(cond = true) { then: Squeeze(x), else: x } ─ y       →       x ─ Squeeze ─ y
/// </code>
/// </summary>
public static class InlineKnownBranches
{
    /// <summary>Inlines branches of the main graph, those that appear in inlined branches included.</summary>
    public static Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        while (graph.Nodes.Any(node => node.Is("If")))
        {
            var bodies = Once(graph);
            if (!bodies.Any)
            {
                break;
            }

            graph = bodies.Build();
        }

        return graph;
    }

    private static InlinedBodies Once(Graph graph)
    {
        var inference = new GraphInference(graph, StatedTypes.Of(graph));
        inference.Run();
        var bodies = new InlinedBodies(graph);
        foreach (var node in graph.Nodes)
        {
            if (node.Is("If") && inference.ContentsOf(node.Inputs[0])?.Single.Number is { } condition
                && node.Attributes.GetValueOrDefault(condition != 0 ? "then_branch" : "else_branch") is NodeAttribute.Subgraph { Value: var branch })
            {
                bodies.Replace(node);
                foreach (var (outer, inner) in node.Outputs.Zip(bodies.Copy(branch)))
                {
                    bodies.Bind(inner, outer);
                }
            }
            else
            {
                bodies.Keep(node);
            }
        }

        return bodies;
    }
}
