namespace Unmask.Graphs;

/// <summary>Replaces a node by nodes that mean the same in the next version of its operator.</summary>
internal delegate void OpsetAdapter(OpsetRewrite rewrite);

/// <summary>What an adapter sees of the node that it replaces, and where it writes the replacement.</summary>
internal sealed class OpsetRewrite(Node node, OpsetScope scope, long version, long target, HashSet<string> names)
{
    /// <summary>The node to replace, its subgraphs already raised.</summary>
    public Node Node => node;

    /// <summary>The version that the whole model is raised to in the end.</summary>
    public long Target => target;

    /// <summary>The number of axes of a value, where it is known.</summary>
    public int? RankOf(string value) => (scope.TypeOf(value) as ValueType.Tensor)?.Shape?.Rank;

    /// <summary>The shape of a value, where it is known.</summary>
    public Shape? ShapeOf(string value) => (scope.TypeOf(value) as ValueType.Tensor)?.Shape;

    /// <summary>A value that is known before the run.</summary>
    public TensorData? ConstantOf(string value) => value.Length == 0 ? null : scope.ConstantOf(value);

    /// <summary>Whether anything reads one of the node's outputs.</summary>
    public bool IsRead(int output) => scope.IsRead(node.Output(output));

    /// <summary>Adds a constant and returns its name.</summary>
    public string Constant(TensorData data, string hint)
    {
        string name = UniqueNames.Fresh(names, $"{Prefix}_{hint}");
        scope.Constants[name] = data;
        return name;
    }

    /// <summary>Adds a vector of integers and returns its name.</summary>
    public string Constant(ReadOnlySpan<long> values, string hint) => Constant(TensorData.Vector(values), hint);

    /// <summary>Adds a scalar of the element type that another value has, and returns its name.</summary>
    public string ConstantLike(string value, float number, string hint)
    {
        var element = (scope.TypeOf(value) as ValueType.Tensor)?.Element ?? ElementType.Undefined;
        TensorData? typed = element switch
        {
            ElementType.Float32 => TensorData.Scalar(number),
            ElementType.Float64 => TensorData.Scalar((double)number),
            ElementType.Float16 => TensorData.Scalar((Half)number),
            _ => null,
        };
        return typed is null ? CastLike(value, number, hint) : Constant(typed, hint);
    }

    /// <summary>Adds a node with one output, before the node that takes the place of the original, and returns the output's name.</summary>
    public string Add(string opType, ReadOnlySpan<string> inputs, params ReadOnlySpan<(string Name, NodeAttribute Value)> attributes)
    {
        string name = UniqueNames.Fresh(names, $"{Prefix}_{opType}");
        var added = new Node(name, opType, [.. inputs], [UniqueNames.Fresh(names, $"{name}_out")]) { Origin = node.Origin };
        foreach (var (attribute, content) in attributes)
        {
            added = added.With(attribute, content);
        }

        scope.Nodes.Add(added);
        return added.Outputs[0];
    }

    /// <summary>A name for a value that is not taken yet.</summary>
    public string Fresh(string hint) => UniqueNames.Fresh(names, $"{Prefix}_{hint}");

    /// <summary>Writes the node that makes the original's outputs (or, before it, another that keeps the original's origin).</summary>
    public void Become(Node replacement) => scope.Nodes.Add(replacement);

    /// <summary>Leaves the node as it is.</summary>
    public void Keep() => Become(node);

    /// <summary>An error that names the node and says why it cannot be raised.</summary>
    public ModelFormatException Refuse(string why) => new($"{node.OpType} at node {node.Origin} cannot be raised to operator set {version}: {why}");

    private string Prefix => node.Name.Length > 0 ? node.Name : node.OpType;

    private string CastLike(string value, float number, string hint) => target >= 15
        ? Add("CastLike", [Constant(TensorData.Scalar(number), hint), value])
        : throw Refuse($"the element type of \"{value}\" is not stated in the model.");
}
