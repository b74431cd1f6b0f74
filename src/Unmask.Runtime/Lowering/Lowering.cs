using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.Runtime;

/// <summary>
/// Writes parts of a graph in the form that ONNX Runtime runs fastest on a CPU. Applied last, after all differentiation: the forms here are for
/// running, not for reading, and some of them have no useful derivative. What the graph computes stays the same.
/// </summary>
/// <remarks>
/// The aim of most forms is to stay in the runtime's blocked layout of channels (NCHWc): one operator that does not know it makes every
/// neighbour pay for reordering. Convolutions, poolings, element-wise sums and products of equal shapes, and a few activations know it.
/// </remarks>
public static class Lowering
{
    // A form gets a node and gives what stands for it; null: it does not concern the node.
    private static readonly Func<Node, LoweringScope, ImmutableArray<Node>?>[] Forms =
    [
        RectifierMask.Lower,
        ClipMask.Lower,
        FlippedConvolution.Lower,
        BlockedLayout.Lower,
        SpreadMean.Lower,
    ];

    /// <summary>Rewrites the main graph.</summary>
    /// <param name="graph">The graph, with types (from <see cref="Gradient.Build"/> or <see cref="ShapeInference"/>); where they are missing, nothing changes.</param>
    public static Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var scope = new LoweringScope(graph);
        var nodes = ImmutableArray.CreateBuilder<Node>(graph.Nodes.Length);
        bool changed = false;
        foreach (var node in graph.Nodes)
        {
            var lowered = Forms.Select(form => form(node, scope)).FirstOrDefault(found => found is not null);
            nodes.AddRange(lowered ?? [node]);
            changed |= lowered is not null;
        }

        return changed ? PruneUnreachable.Run(graph with { Nodes = nodes.ToImmutable(), Constants = scope.Constants.ToImmutable() }) : graph;
    }
}
