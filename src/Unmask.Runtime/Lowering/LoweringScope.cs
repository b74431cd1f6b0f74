using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.Runtime;

/// <summary>What a form sees of the graph around its node, and where it gets names and constants.</summary>
internal sealed class LoweringScope
{
    private readonly Graph _graph;
    private readonly GraphBuilder _names;
    private readonly IReadOnlyDictionary<string, Node> _producers;

    public LoweringScope(Graph graph)
    {
        _graph = graph;
        _names = graph.ToBuilder();
        _producers = graph.Producers();
        Constants = graph.Constants.ToBuilder();
    }

    /// <summary>All constants, new ones included.</summary>
    public ImmutableDictionary<string, TensorData>.Builder Constants { get; }

    public Node? Producer(string value) => _producers.GetValueOrDefault(value);

    public Shape? ShapeOf(string value) => _graph.ShapeOf(value);

    public bool IsFloat32(string value) => _graph.TypeOf(value) is ValueType.Tensor { Element: ElementType.Float32 };

    /// <summary>A constant scalar's value; exporters write constants as nodes too.</summary>
    public float? Scalar(string value) =>
        (Constants.GetValueOrDefault(value) ?? Made(value)) is { Type: ElementType.Float32, Count: 1 } scalar ? scalar.AsSpan<float>()[0] : null;

    /// <summary>Adds a vector of integers.</summary>
    public string Integers(string hint, params ReadOnlySpan<long> values)
    {
        string name = _names.Fresh(hint);
        Constants[name] = TensorData.Vector(values);
        return name;
    }

    /// <summary>Adds a constant.</summary>
    public string Constant(string hint, TensorData data)
    {
        string name = _names.Fresh(hint);
        Constants[name] = data;
        return name;
    }

    /// <summary>A node before another, with a fresh output.</summary>
    public Node Before(Node node, string opType, ImmutableArray<string> inputs)
    {
        string name = _names.Fresh($"{node.Name}/{opType}");
        return new(name, opType, inputs, [_names.Fresh($"{name}_out")]) { Origin = node.Origin };
    }

    private TensorData? Made(string value) =>
        Producer(value) is { } node && node.Is("Constant") ? (node.Attributes.GetValueOrDefault("value") as NodeAttribute.Tensor)?.Value : null;
}
