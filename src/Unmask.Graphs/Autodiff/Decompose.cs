namespace Unmask.Graphs;

/// <summary>
/// Replaces composites by operators of the simpler kinds, for rule sets that have no rule of their own for them.
/// <code>
///   x ─ Softmax ─ y      →      x ┬ Sub ─ Exp ┬ Div ─ y
///                                 └ ReduceMax ┘ └ ReduceSum ┘
/// </code>
/// What the model computes stays the same up to rounding.
/// </summary>
public static class Decompose
{
    /// <summary>Replaces the nodes that a predicate names.</summary>
    /// <param name="graph">The graph, at the working operator set.</param>
    /// <param name="which">Which nodes to replace; those without a decomposition are left as they are.</param>
    /// <exception cref="UnsupportedOperatorException">A node cannot be taken apart in the form in which it is used.</exception>
    public static Graph Run(Graph graph, Func<Node, bool> which)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(which);
        if (!graph.Nodes.Any(node => which(node) && Decompositions.Find(node) is not null))
        {
            return graph;
        }

        var emitter = Emitter.Rewriting(graph);
        foreach (var node in graph.Nodes)
        {
            if (which(node) && Decompositions.Find(node) is { } parts)
            {
                (emitter.Prefix, emitter.Origin) = (node.Name, node.Origin);
                var made = parts(new Backward(emitter, node, [], []));
                for (int i = 0; i < made.Length && i < node.Outputs.Length; i++)
                {
                    emitter.Bind(made[i], node.Outputs[i]);
                }
            }
            else
            {
                emitter.Keep(node);
            }
        }

        // Parts may be composites themselves.
        return Run(emitter.Build(graph.Outputs), which);
    }
}
