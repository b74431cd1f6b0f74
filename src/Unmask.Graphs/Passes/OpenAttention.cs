namespace Unmask.Graphs;

/// <summary>
/// Writes attention that is one operator (<c>Attention</c> of version 23, <c>com.microsoft.Attention</c>, <c>com.microsoft.MultiHeadAttention</c>) as the
/// operators that it is made of, so that its weights can be a cut; and with it the runtime's fused products, which it may be made of.
/// <code>
///   q, k, v ─ Attention ─ y      →      q ─ MatMul(kᵀ) ─ Mul(scale) ─ Add(mask) ─ Softmax ─ MatMul(v) ─ y
/// </code>
/// What the model computes stays the same up to rounding.
/// </summary>
public static class OpenAttention
{
    /// <summary>Opens attention in the main graph; a form that cannot be opened (with a cache of keys, with packed inputs) stays as it is.</summary>
    public static Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (!graph.Nodes.Any(Hides))
        {
            return graph;
        }

        return Opened(graph, Hides) ?? Opened(graph, node => Hides(node) && Opened(graph, other => ReferenceEquals(other, node)) is not null) ?? graph;
    }

    // The runtime's optimiser fuses transposed keys and the scale into the product.
    private static bool Hides(Node node) => AttentionParts.Is(node) || node is { Domain: "com.microsoft", OpType: "FusedMatMul" };

    private static Graph? Opened(Graph graph, Func<Node, bool> which)
    {
        try
        {
            return Decompose.Run(graph, which);
        }
        catch (UnsupportedOperatorException)
        {
            // A white-box method that meets the node on its way says so, and names it.
            return null;
        }
    }
}
