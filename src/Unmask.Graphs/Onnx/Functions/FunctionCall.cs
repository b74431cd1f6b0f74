using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>One call of a function, expanded: attributes are filled in, values renamed.</summary>
/// <param name="call">The calling node.</param>
/// <param name="function">The function.</param>
/// <param name="taken">The names in use in the model.</param>
/// <param name="source">What is being read.</param>
internal sealed class FunctionCall(Node call, Function function, HashSet<string> taken, ModelSource source)
{
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>The nodes that replace the call.</summary>
    public ImmutableArray<Node> Body()
    {
        for (int i = 0; i < function.Inputs.Length; i++)
        {
            _names[function.Inputs[i]] = call.Input(i);
        }

        var copies = BindOutputs();
        foreach (string name in function.Nodes.SelectMany(node => node.Outputs))
        {
            Define(name);
        }

        var body = ImmutableArray.CreateBuilder<Node>(function.Nodes.Length + copies.Count);
        body.AddRange(function.Nodes.Select(Expand));
        body.AddRange(copies.Select(copy => Copy(copy.From, copy.To)));
        return body.ToImmutable();
    }

    // An output that the function does not make itself (it hands an input on), or gives twice, takes a copy.
    private List<(string From, string To)> BindOutputs()
    {
        var copies = new List<(string From, string To)>();
        for (int i = 0; i < function.Outputs.Length; i++)
        {
            string to = call.Output(i);
            if (to.Length > 0 && !_names.TryAdd(function.Outputs[i], to))
            {
                copies.Add((function.Outputs[i], to));
            }
        }

        return copies;
    }

    private Node Copy(string from, string to) => Map(from) is { Length: > 0 } given
        ? new Node(UniqueNames.Fresh(taken, $"{call.Name}/Identity"), "Identity", [given], [to]) { Origin = call.Origin }
        : throw source.Error($"node {call.Origin} leaves out the input \"{from}\" of the function {function.Key}, but reads the output that hands it on.");

    private Node Expand(Node node) => node with
    {
        Name = UniqueNames.Fresh(taken, $"{call.Name}/{node.Name}"),
        Inputs = [.. node.Inputs.Select(Map)],
        Outputs = [.. node.Outputs.Select(Map)],
        Attributes = Attributes(node),
        Metadata = node.Metadata.IsEmpty ? call.Metadata : node.Metadata,
        Origin = new Origin($"{call.Origin.Node}/{node.Origin.Node}", call.Origin.Position),
    };

    private ImmutableSortedDictionary<string, NodeAttribute> Attributes(Node node)
    {
        var attributes = node.Attributes;
        foreach (var (name, attribute) in node.Attributes)
        {
            switch (attribute)
            {
                case NodeAttribute.Reference { AttributeName: var referred }:
                    // What neither the caller nor the function states stays open: the operator's own default applies.
                    var value = call.Attributes.GetValueOrDefault(referred) ?? function.Defaults.GetValueOrDefault(referred);
                    attributes = value is null ? attributes.Remove(name) : attributes.SetItem(name, value);
                    break;
                case NodeAttribute.Subgraph one:
                    attributes = attributes.SetItem(name, new NodeAttribute.Subgraph(Expand(one.Value)));
                    break;
                case NodeAttribute.Subgraphs many:
                    attributes = attributes.SetItem(name, new NodeAttribute.Subgraphs([.. many.Values.Select(Expand)]));
                    break;
            }
        }

        return attributes;
    }

    private Graph Expand(Graph graph)
    {
        foreach (string name in SubgraphScopes.Defined(graph))
        {
            Define(name);
        }

        return graph with
        {
            Inputs = [.. graph.Inputs.Select(Rename)],
            Outputs = [.. graph.Outputs.Select(Rename)],
            Nodes = [.. graph.Nodes.Select(Expand)],
            Constants = graph.Constants.ToImmutableDictionary(constant => Map(constant.Key), constant => constant.Value),
            InnerTypes = graph.InnerTypes.ToImmutableDictionary(type => Map(type.Key), type => type.Value),
        };
    }

    private Value Rename(Value value) => value with { Name = Map(value.Name) };

    private void Define(string name)
    {
        if (name.Length > 0 && !_names.ContainsKey(name))
        {
            _names[name] = UniqueNames.Fresh(taken, $"{call.Name}/{name}");
        }
    }

    private string Map(string name) => _names.GetValueOrDefault(name, name);
}
