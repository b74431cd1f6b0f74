using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>The nodes of a graph under construction, into which bodies of If, Loop and Scan are copied under names of their own.</summary>
internal sealed class InlinedBodies(Graph graph)
{
    private readonly HashSet<string> _names = new(graph.AllNames().Concat(SubgraphScopes.ValueNames(graph)), StringComparer.Ordinal);
    private readonly ImmutableDictionary<string, TensorData>.Builder _constants = graph.Constants.ToBuilder();
    private readonly List<Node> _nodes = [];
    private Node _holder = graph.Nodes.FirstOrDefault() ?? new Node("", "", [], []);

    /// <summary>Whether a body was copied.</summary>
    public bool Any { get; private set; }

    /// <summary>The graph with what was added so far.</summary>
    public Graph Build() => graph with { Nodes = [.. _nodes], Constants = _constants.ToImmutable() };

    /// <summary>Adds a node as it is.</summary>
    public void Keep(Node node) => _nodes.Add(node);

    /// <summary>Begins the copies of a node's bodies.</summary>
    public void Replace(Node holder) => (_holder, Any) = (holder, true);

    /// <summary>Copies a body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="given">The values that its inputs stand for.</param>
    /// <returns>The names of its outputs.</returns>
    public ImmutableArray<string> Copy(Graph body, params ReadOnlySpan<string> given)
    {
        // Two bodies, and two steps of one, may use the same names.
        var renamed = body.Nodes.SelectMany(inner => inner.Outputs).Concat(body.Constants.Keys).Where(name => name.Length > 0)
            .ToDictionary(name => name, name => Fresh(name), StringComparer.Ordinal);
        for (int i = 0; i < given.Length && i < body.Inputs.Length; i++)
        {
            renamed[body.Inputs[i].Name] = given[i];
        }

        foreach (var (name, constant) in body.Constants)
        {
            _constants[renamed[name]] = constant;
        }

        _nodes.AddRange(body.Nodes.Select(inner => Rename(inner, renamed) with { Name = Fresh(inner.Name) }));
        return [.. body.Outputs.Select(output => New(output.Name, renamed))];
    }

    /// <summary>Adds a constant.</summary>
    public string Constant(TensorData data, string hint)
    {
        string name = Fresh(hint);
        _constants[name] = data;
        return name;
    }

    /// <summary>Adds a node that stands for a part of the replaced one.</summary>
    public ImmutableArray<string> Add(string opType, ReadOnlySpan<string> inputs, int outputs, params ReadOnlySpan<(string Name, NodeAttribute Value)> attributes)
    {
        var node = new Node(Fresh(opType), opType, [.. inputs], [.. Enumerable.Range(0, outputs).Select(_ => Fresh($"{opType}_out"))]) { Origin = _holder.Origin };
        foreach (var (name, value) in attributes)
        {
            node = node.With(name, value);
        }

        _nodes.Add(node);
        return node.Outputs;
    }

    /// <summary>Gives a value the name of an output of the replaced node.</summary>
    public void Bind(string value, string output)
    {
        if (output.Length > 0)
        {
            _nodes.Add(new Node(Fresh("Identity"), "Identity", [value], [output]) { Origin = _holder.Origin });
        }
    }

    private string Fresh(string name) => UniqueNames.Fresh(_names, $"{_holder.Name}/{name}");

    private static Node Rename(Node node, Dictionary<string, string> renamed)
    {
        var inner = node.MapSubgraphs(body => body with
        {
            Nodes = [.. body.Nodes.Select(each => Rename(each, renamed))],
            Outputs = [.. body.Outputs.Select(output => output with { Name = New(output.Name, renamed) })],
        });
        return inner with { Inputs = [.. node.Inputs.Select(input => New(input, renamed))], Outputs = [.. node.Outputs.Select(output => New(output, renamed))] };
    }

    private static string New(string name, Dictionary<string, string> renamed) => renamed.GetValueOrDefault(name, name);
}
