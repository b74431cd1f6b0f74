using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>One step of <see cref="RaiseOpset"/>: rewrites the nodes whose operator changed in one version.</summary>
internal sealed class OpsetStep(IReadOnlyDictionary<string, OpsetAdapter> adapters, long version, long target, HashSet<string> names)
{
    public Graph Run(Graph graph) => Run(graph, null);

    private Graph Run(Graph graph, OpsetScope? outer)
    {
        if (!Concerns(graph))
        {
            return graph;
        }

        var scope = new OpsetScope(graph, outer);
        foreach (var original in graph.Nodes)
        {
            var node = original.MapSubgraphs(body => Run(body, scope));
            if (node.Domain.Length == 0 && adapters.TryGetValue(node.OpType, out var adapt))
            {
                adapt(new OpsetRewrite(node, scope, version, target, names));
            }
            else
            {
                scope.Nodes.Add(node);
            }
        }

        return graph with { Nodes = [.. scope.Nodes], Constants = scope.Constants.ToImmutable() };
    }

    private bool Concerns(Graph graph) =>
        graph.Nodes.Any(node => (node.Domain.Length == 0 && adapters.ContainsKey(node.OpType)) || node.Subgraphs.Any(Concerns));
}

/// <summary>A graph that is being rewritten, within the graphs around it.</summary>
internal sealed class OpsetScope(Graph graph, OpsetScope? outer)
{
    public List<Node> Nodes { get; } = new(graph.Nodes.Length);

    public ImmutableDictionary<string, TensorData>.Builder Constants { get; } = graph.Constants.ToBuilder();

    /// <summary>What is known of a value's type.</summary>
    public ValueType? TypeOf(string name) => graph.TypeOf(name) ?? outer?.TypeOf(name);

    /// <summary>A value that is known before the run.</summary>
    public TensorData? ConstantOf(string name) => Constants.GetValueOrDefault(name)
        ?? (Nodes.Find(node => node.Is("Constant") && node.Outputs[0] == name)?.Attributes.GetValueOrDefault("value") as NodeAttribute.Tensor)?.Value
        ?? outer?.ConstantOf(name);

    /// <summary>Whether anything reads a value: a node of this graph or of its subgraphs, or a caller.</summary>
    public bool IsRead(string name) => name.Length > 0
        && (graph.Outputs.Any(output => output.Name == name) || graph.Nodes.Any(node => SubgraphScopes.Reads(node).Contains(name)));
}
