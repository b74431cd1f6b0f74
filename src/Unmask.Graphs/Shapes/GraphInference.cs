using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>One walk over a graph, or over a subgraph that sees the values around it.</summary>
internal sealed class GraphInference
{
    private readonly Graph _graph;
    private readonly StatedTypes _stated;
    private readonly GraphInference? _outer;
    private readonly Dictionary<string, ValueType> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KnownContents?> _contents = new(StringComparer.Ordinal);

    public GraphInference(Graph graph, StatedTypes stated, GraphInference? outer = null)
    {
        _graph = graph;
        _stated = stated;
        _outer = outer;
        Symbols = outer?.Symbols ?? new SymbolTable();
        Opset = outer?.Opset ?? graph.Opset;
        foreach (var input in graph.Inputs)
        {
            SetType(input.Name, input.Type);
        }
    }

    public SymbolTable Symbols { get; }

    /// <summary>The version of the standard operator set.</summary>
    public long Opset { get; }

    /// <summary>Infers, and returns the graph with types.</summary>
    public Graph Run()
    {
        var nodes = ImmutableArray.CreateBuilder<Node>(_graph.Nodes.Length);
        foreach (var node in _graph.Nodes)
        {
            nodes.Add(Infer(node));
        }

        return _graph with
        {
            Nodes = nodes.MoveToImmutable(),
            Outputs = [.. _graph.Outputs.Select(output => output with { Type = TypeOf(output.Name) ?? output.Type })],
            InnerTypes = InnerTypes(),
        };
    }

    /// <summary>The types found so far of values that are neither inputs, outputs nor constants of the graph that was read.</summary>
    public ImmutableDictionary<string, ValueType> InnerTypes()
    {
        var inner = ImmutableDictionary.CreateBuilder<string, ValueType>(StringComparer.Ordinal);
        inner.AddRange(_types);
        inner.RemoveRange(_graph.Inputs.Select(value => value.Name));
        inner.RemoveRange(_graph.Outputs.Select(value => value.Name));
        inner.RemoveRange(_graph.Constants.Keys);
        return inner.ToImmutable();
    }

    public ValueType? TypeOf(string name)
    {
        if (_graph.Constants.TryGetValue(name, out var constant))
        {
            return new ValueType.Tensor(constant.Type, constant.Shape);
        }

        return _types.GetValueOrDefault(name) ?? _outer?.TypeOf(name);
    }

    /// <summary>Whether anything may be known of a value's elements: cheaper than looking at them.</summary>
    public bool MayHaveContents(string name) => _contents.TryGetValue(name, out var known) ? known is not null
        : _graph.Constants.TryGetValue(name, out var constant) ? constant.Count <= KnownContents.Largest
        : !_types.ContainsKey(name) && _outer?.MayHaveContents(name) == true;

    public KnownContents? ContentsOf(string name)
    {
        if (_contents.TryGetValue(name, out var known))
        {
            return known;
        }

        if (_graph.Constants.TryGetValue(name, out var constant))
        {
            return _contents[name] = ConstantContents.Of(constant);
        }

        return _types.ContainsKey(name) ? null : _outer?.ContentsOf(name);
    }

    /// <summary>States an input's contents: what a loop's body sees of a value that does not change.</summary>
    public void SetContents(string name, KnownContents? contents)
    {
        if (contents is not null)
        {
            _contents[name] = contents;
        }
    }

    /// <summary>States the type of a value that no node makes: an input that was added after the graph was read.</summary>
    public void SetType(string name, ValueType? type)
    {
        if (name.Length > 0 && type is not null)
        {
            _types[name] = type;
        }
    }

    /// <summary>Makes a constant known that was added after the graph was read.</summary>
    public void Add(string name, TensorData constant)
    {
        _types[name] = new ValueType.Tensor(constant.Type, constant.Shape);
        SetContents(name, constant.Count <= KnownContents.Largest ? ConstantContents.Of(constant) : null);
    }

    /// <summary>States the types of what a node makes; the node may have been added after the graph was read.</summary>
    public Node Infer(Node node)
    {
        var context = new ShapeContext(node, this);
        try
        {
            ShapeTable.Standard.Find(node)?.Invoke(context);
        }
        catch (OverflowException)
        {
            // Sizes beyond 64 bits cannot be stated; the runtime will say what it thinks of such a tensor.
            context.Forget();
        }

        for (int i = 0; i < node.Outputs.Length; i++)
        {
            SetType(node.Outputs[i], _stated.Complete(node.Outputs[i], context.OutputType(i)));
            SetContents(node.Outputs[i], context.OutputContents(i));
        }

        return context.Result;
    }
}
