using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>Follows the batch axis through a frozen graph, node by node, and rewrites what has the batch size baked in.</summary>
internal sealed class BatchWalk
{
    private readonly BatchTypes _types;
    private readonly Dictionary<string, BatchAxis> _axes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool[]> _sizes = new(StringComparer.Ordinal);
    private readonly List<Node> _nodes = [];
    private readonly HashSet<string> _names;
    private readonly ImmutableDictionary<string, TensorData>.Builder _constants;
    private readonly string _firstInput;
    private string? _batchSize;

    public BatchWalk(Graph graph, BatchTypes types, IReadOnlyList<Value> frozen, BatchChoices choices)
    {
        (Graph, _types, Choices, _firstInput) = (graph, types, choices, frozen[0].Name);
        FrozenSize = frozen[0].Shape?[0].Size ?? 1;
        _names = new(graph.AllNames().Concat(SubgraphScopes.ValueNames(graph)), StringComparer.Ordinal);
        _constants = graph.Constants.ToBuilder();
        foreach (var input in frozen)
        {
            _axes[input.Name] = new BatchAxis(0);
        }
    }

    /// <summary>The frozen graph.</summary>
    public Graph Graph { get; }

    /// <summary>The batch size that it is frozen at.</summary>
    public long FrozenSize { get; }

    /// <summary>How open questions are decided.</summary>
    public BatchChoices Choices { get; }

    /// <summary>Walks through the graph.</summary>
    /// <returns>What stands in the way, as a sentence; <c>null</c> when nothing does.</returns>
    public string? Run()
    {
        foreach (var original in Graph.Nodes)
        {
            var node = new BatchNode(this, original);
            BatchRules.Apply(node);
            if (node.Obstacle is { } obstacle)
            {
                return $"{original.OpType} at node {original.Origin}: {obstacle}";
            }

            _nodes.Add(node.Node);
        }

        string first = Graph.Outputs[0].Name;
        return AxisOf(first) is { Axis: 0, IsPure: true } ? null : $"the output \"{first}\" has no batch axis in front";
    }

    /// <summary>The rewritten graph, its types those of the frozen one.</summary>
    public Graph Build() => Graph with { Nodes = [.. _nodes], Constants = _constants.ToImmutable() };

    /// <summary>Where the batch lies in a value; <c>null</c> when it is the same for every batch.</summary>
    public BatchAxis? AxisOf(string value) => _axes.TryGetValue(value, out var axis) ? axis : null;

    /// <summary>For a list of sizes: which of its entries depend on the batch size; <c>null</c> when none does.</summary>
    public bool[]? SizesOf(string value) => _sizes.GetValueOrDefault(value);

    /// <summary>Whether a value, or its shape, depends on the batch size.</summary>
    public bool DependsOnBatch(string value) => _axes.ContainsKey(value) || _sizes.ContainsKey(value);

    /// <summary>The shape of a value in the frozen graph.</summary>
    public Shape? ShapeOf(string value) => _types.ShapeOf(value);

    /// <summary>The elements of a small tensor of whole numbers that is known before the run of the frozen graph.</summary>
    public long[]? IntegersOf(string value) => _constants.GetValueOrDefault(value) is { Type: ElementType.Int64 } constant
        ? constant.AsSpan<long>().ToArray()
        : _types.IntegersOf(value);

    public void SetAxis(string value, BatchAxis axis) => _axes[value] = axis;

    public void SetSizes(string value, bool[] sizes) => _sizes[value] = sizes;

    public string AddConstant(TensorData data, string hint)
    {
        string name = UniqueNames.Fresh(_names, hint);
        _constants[name] = data;
        return name;
    }

    public string Add(Origin origin, string hint, string opType, ReadOnlySpan<string> inputs, params ReadOnlySpan<(string Name, NodeAttribute Value)> attributes)
    {
        string name = UniqueNames.Fresh(_names, $"{hint}_{opType}");
        var added = new Node(name, opType, [.. inputs], [UniqueNames.Fresh(_names, $"{name}_out")]) { Origin = origin };
        foreach (var (attribute, value) in attributes)
        {
            added = added.With(attribute, value);
        }

        _nodes.Add(added);
        return added.Outputs[0];
    }

    /// <summary>The size of the batch at run time, as a list of one number.</summary>
    public string BatchSize() => _batchSize ??= MakeBatchSize();

    private string MakeBatchSize()
    {
        string size = Add(Origin.Added("batch size"), "batch_size", "Shape", [_firstInput], ("start", 0L), ("end", 1L));
        var node = _nodes[^1];
        _nodes.RemoveAt(_nodes.Count - 1);
        _nodes.Insert(0, node);
        return size;
    }
}
