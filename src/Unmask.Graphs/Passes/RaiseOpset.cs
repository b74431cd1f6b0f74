using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// Raises a model to a higher version of the standard operator set, so that everything behind it needs to know one version only.
/// What the model computes stays the same. Subgraphs are raised too; other domains are left alone.
/// <code>
///   opset 9                                       opset 20
///   x ─ Upsample(mode=linear) ─ y                 x ─ Resize(mode=linear, coordinate_transformation_mode=asymmetric) ─ y
///   y ─ ReduceMean(axes=[2, 3]) ─ z               y ─ ReduceMean ─ z
///                                        axes = [2, 3] ─┘
/// </code>
/// </summary>
/// <remarks>What changed in version N is in <c>Opsets/OpsetN.cs</c>; the model goes through them one after another.</remarks>
public static class RaiseOpset
{
    /// <summary>The lowest version that can be raised. Before it, broadcasting worked differently.</summary>
    public const long Oldest = 7;

    /// <summary>Raises a graph; one that is at the version or above it is returned as it is.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="version">The version wanted, at most <see cref="OperatorSets.Newest"/>. Default: <see cref="OperatorSets.Working"/>.</param>
    /// <exception cref="ModelFormatException">The graph is below <see cref="Oldest"/>, or uses something that was removed and has no equal.</exception>
    public static Graph Run(Graph graph, long version = OperatorSets.Working)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(version, OperatorSets.Newest);
        if (graph.Opset >= version)
        {
            return graph;
        }

        long from = graph.Opset > 0 ? graph.Opset : Unstated(graph, version);
        if (from < Oldest)
        {
            throw new ModelFormatException(
                $"The model is written for operator set {from} of ONNX; Unmask reads {Oldest} to {OperatorSets.Newest}. "
                + "Export it again, for instance with opset 17.");
        }

        var names = new HashSet<string>(graph.AllNames().Concat(SubgraphScopes.ValueNames(graph)), StringComparer.Ordinal);
        for (long next = from + 1; next <= version; next++)
        {
            if (OpsetAdapters.For(next) is { } adapters)
            {
                graph = new OpsetStep(adapters, next, version, names).Run(graph);
            }
        }

        return FlattenedSoftmax.Resolve(graph with { Opsets = graph.Opsets.SetItem("", version) }, names);
    }

    /// <summary>A graph of other domains alone need not state a standard version: it has any.</summary>
    private static long Unstated(Graph graph, long version) => UsesStandard(graph)
        ? throw new ModelFormatException("The model uses standard operators of ONNX but does not state their version (opset_import). Export it again.")
        : version;

    private static bool UsesStandard(Graph graph) =>
        graph.Nodes.Any(node => node.Domain.Length == 0 || node.Subgraphs.Any(UsesStandard));
}
