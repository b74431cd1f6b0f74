namespace Unmask.Graphs;

/// <summary>Which nodes read each value, and whether anything else does.</summary>
internal sealed class ValueReaders
{
    private readonly Dictionary<string, List<Node>> _readers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _outside;

    private ValueReaders(Graph graph)
    {
        // What a caller gets, and what bodies of loops and branches read, must stay as it is.
        _outside = new(graph.Outputs.Select(output => output.Name), StringComparer.Ordinal);
        foreach (var node in graph.Nodes)
        {
            foreach (string input in node.Inputs.Where(input => input.Length > 0))
            {
                if (!_readers.TryGetValue(input, out var list))
                {
                    _readers.Add(input, list = []);
                }

                list.Add(node);
            }

            if (node.Subgraphs.Any())
            {
                _outside.UnionWith(SubgraphScopes.Reads(node).Except(node.Inputs));
            }
        }
    }

    /// <summary>The readers of a graph's values.</summary>
    public static ValueReaders Of(Graph graph) => new(graph);

    /// <summary>The nodes that read a value.</summary>
    public IReadOnlyList<Node> Of(string value) => _readers.GetValueOrDefault(value) ?? [];

    /// <summary>The one node that reads a value, once; <c>null</c> when several do, none does, or the value is needed outside.</summary>
    public Node? Only(string value) => !_outside.Contains(value) && _readers.GetValueOrDefault(value) is [var only] ? only : null;
}
