using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// An ONNX model as immutable data. Nodes are in topological order; a value is identified by its name and made once (SSA).
/// Graphs come from <see cref="OnnxReader"/> or <see cref="GraphBuilder"/>, and are changed by passes that return new graphs.
/// </summary>
public sealed record Graph
{
    /// <summary>The graph's name in the file.</summary>
    public string Name { get; init; } = "";

    /// <summary>What a caller must give. Constants that a file also lists as inputs are not among them.</summary>
    public ImmutableArray<Value> Inputs { get; init; } = [];

    /// <summary>What a caller gets.</summary>
    public ImmutableArray<Value> Outputs { get; init; } = [];

    /// <summary>The operations, each after those whose results it reads.</summary>
    public ImmutableArray<Node> Nodes { get; init; } = [];

    /// <summary>The constants (initialisers), by name.</summary>
    public ImmutableDictionary<string, TensorData> Constants { get; init; } = ImmutableDictionary<string, TensorData>.Empty;

    /// <summary>What is known of the types of inner values (neither inputs, outputs nor constants), by name.</summary>
    public ImmutableDictionary<string, ValueType> InnerTypes { get; init; } = ImmutableDictionary<string, ValueType>.Empty;

    /// <summary>The version of each operator set, by domain (empty for the standard one). Empty in a subgraph.</summary>
    public ImmutableSortedDictionary<string, long> Opsets { get; init; } = ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>Free key-value facts that the file carries.</summary>
    public ImmutableSortedDictionary<string, string> Metadata { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The version of the file format that the model was written in; 0 for a graph made here.</summary>
    public long IrVersion { get; init; }

    /// <summary>The tool that made the file, with its version.</summary>
    public string Producer { get; init; } = "";

    /// <summary>The model's own version, as its maker counts; 0 when the file does not state it.</summary>
    public long ModelVersion { get; init; }

    /// <summary>The model's namespace, for instance <c>org.example</c>.</summary>
    public string ModelDomain { get; init; } = "";

    /// <summary>Free text.</summary>
    public string Documentation { get; init; } = "";

    /// <summary>The names of quantisation parameters, by tensor (kept as they are).</summary>
    public ImmutableDictionary<string, ImmutableSortedDictionary<string, string>> QuantizationAnnotations { get; init; } =
        ImmutableDictionary<string, ImmutableSortedDictionary<string, string>>.Empty;

    /// <summary>The version of the standard operator set; 0 when the graph does not state it (a subgraph).</summary>
    public long Opset => Opsets.GetValueOrDefault("");

    /// <summary>What is known of a value's type: of an input, output, constant or inner value; <c>null</c> when nothing is.</summary>
    public ValueType? TypeOf(string name)
    {
        if (Constants.TryGetValue(name, out var constant))
        {
            return new ValueType.Tensor(constant.Type, constant.Shape);
        }

        return InnerTypes.GetValueOrDefault(name)
            ?? Inputs.FirstOrDefault(value => value.Name == name)?.Type
            ?? Outputs.FirstOrDefault(value => value.Name == name)?.Type;
    }

    /// <summary>What is known of a value's shape; <c>null</c> when nothing is.</summary>
    public Shape? ShapeOf(string name) => (TypeOf(name) as ValueType.Tensor)?.Shape;

    /// <summary>The node that makes each value, by the value's name.</summary>
    public IReadOnlyDictionary<string, Node> Producers()
    {
        var producers = new Dictionary<string, Node>(StringComparer.Ordinal);
        foreach (var node in Nodes)
        {
            foreach (string output in node.Outputs)
            {
                if (output.Length > 0)
                {
                    producers[output] = node;
                }
            }
        }

        return producers;
    }

    /// <summary>Every name that the graph uses for a value or a node, its subgraphs' included.</summary>
    public IEnumerable<string> AllNames()
    {
        var own = Inputs.Select(value => value.Name)
            .Concat(Outputs.Select(value => value.Name))
            .Concat(Constants.Keys)
            .Concat(Nodes.SelectMany(node => node.Outputs.Append(node.Name)));
        return own.Concat(Nodes.SelectMany(node => node.Subgraphs).SelectMany(subgraph => subgraph.AllNames()));
    }

    /// <summary>A builder that starts from this graph.</summary>
    public GraphBuilder ToBuilder() => new(this);
}
