namespace Unmask.Graphs;

/// <summary>A list of integers that an operator takes as an attribute or, in newer versions, as an input.</summary>
/// <param name="IsGiven">Whether the node has it at all.</param>
/// <param name="Values">The integers; <c>null</c> when they are absent or not known before the run.</param>
internal readonly record struct IntegerList(bool IsGiven, long[]? Values)
{
    /// <summary>Whether it is given, but only known at run time.</summary>
    public bool IsUnknown => IsGiven && Values is null;
}

/// <summary>What a shape rule sees of its node, and where it states the outputs.</summary>
internal sealed class ShapeContext(Node node, GraphInference graph)
{
    private readonly ValueType?[] _types = new ValueType?[node.Outputs.Length];
    private readonly KnownContents?[] _contents = new KnownContents?[node.Outputs.Length];

    public Node Node { get; } = node;

    public SymbolTable Symbols => graph.Symbols;

    /// <summary>The version of the standard operator set.</summary>
    public long Opset => graph.Opset;

    /// <summary>The node with its subgraphs inferred.</summary>
    public Node Result { get; private set; } = node;

    public bool Has(int input) => Node.Input(input).Length > 0;

    public ValueType? TypeOf(int input) => Has(input) ? graph.TypeOf(Node.Input(input)) : null;

    public ElementType ElementOf(int input) => (TypeOf(input) as ValueType.Tensor)?.Element ?? ElementType.Undefined;

    /// <summary>The element type of inputs that all have the same: of the first for which it is known.</summary>
    public ElementType CommonElement()
    {
        var element = ElementType.Undefined;
        for (int i = 0; i < Node.Inputs.Length && element == ElementType.Undefined; i++)
        {
            element = ElementOf(i);
        }

        return element;
    }

    public Shape? ShapeOf(int input) => (TypeOf(input) as ValueType.Tensor)?.Shape;

    public KnownContents? ContentsOf(int input) => Has(input) ? graph.ContentsOf(Node.Input(input)) : null;

    /// <summary>What is known of the elements of all inputs; <c>null</c> when nothing is known of one.</summary>
    public KnownContents[]? AllContents()
    {
        if (Node.Inputs.IsEmpty || !Node.Inputs.All(graph.MayHaveContents))
        {
            return null;
        }

        KnownContents[] all = [.. Node.Inputs.Select(graph.ContentsOf).OfType<KnownContents>()];
        return all.Length == Node.Inputs.Length ? all : null;
    }

    /// <summary>An axis of an input; negative counts from the end. Unknown when the input's rank is, or when it has no such axis.</summary>
    public Dimension AxisOf(int input, int axis) => ShapeOf(input) is { } shape && axis < shape.Rank && axis >= -shape.Rank
        ? shape[axis < 0 ? axis + shape.Rank : axis]
        : Dimension.Unknown;

    /// <summary>States an output's type. Ignored for outputs that the node does not have.</summary>
    public void Set(int output, ValueType? type)
    {
        if (output < _types.Length)
        {
            _types[output] = type;
        }
    }

    /// <summary>States an output's type.</summary>
    public void Set(int output, ElementType element, Shape? shape) => Set(output, new ValueType.Tensor(element, shape));

    /// <summary>States what is known of an output's elements.</summary>
    public void SetContents(int output, KnownContents? contents)
    {
        if (output < _contents.Length)
        {
            _contents[output] = contents;
        }
    }

    public ValueType? OutputType(int output) => _types[output];

    public KnownContents? OutputContents(int output) => _contents[output];

    /// <summary>Takes back everything stated.</summary>
    public void Forget()
    {
        Array.Clear(_types);
        Array.Clear(_contents);
    }

    /// <summary>A list of integers from an attribute or, if the node has it, an input.</summary>
    public IntegerList Integers(string attribute, int input)
    {
        if (Has(input))
        {
            return new(true, ContentsOf(input)?.Integers);
        }

        return Node.Ints(attribute) is { } values ? new(true, [.. values]) : default;
    }

    /// <summary>An axis counted from 0.</summary>
    /// <exception cref="ShapeInferenceException">There is no such axis.</exception>
    public int Axis(long axis, int rank) => axis >= -rank && axis < rank
        ? (int)(axis < 0 ? axis + rank : axis)
        : throw Contradiction($"axis {axis} is not among the {rank} axes.");

    /// <summary>Axes counted from 0.</summary>
    public int[] Axes(IEnumerable<long> axes, int rank) => [.. axes.Select(axis => Axis(axis, rank))];

    /// <summary>The axis of a size that the node states.</summary>
    /// <exception cref="ShapeInferenceException">The size is negative.</exception>
    public Dimension Stated(long size, string what) => size >= 0 ? Dimension.Of(size) : throw Contradiction($"{what} is {size}, but sizes are at least 0.");

    /// <summary>One axis that two tensors share.</summary>
    /// <exception cref="ShapeInferenceException">Their sizes are known and differ.</exception>
    public Dimension Same(Dimension a, Dimension b, string what)
    {
        if (a.Size is { } left && b.Size is { } right && left != right)
        {
            throw Contradiction($"{what} must be equal, but are {left} and {right}.");
        }

        return a.IsKnown ? a : b.IsKnown ? b : a.Symbol is not null ? a : b;
    }

    /// <summary>The rank of an input must be this one.</summary>
    public void RequireRank(int input, int rank, string what)
    {
        if (ShapeOf(input) is { } shape && shape.Rank != rank)
        {
            throw Contradiction($"{what} must have {rank} axes, not {shape.Rank}.");
        }
    }

    /// <summary>The rank of an input must be at least this one.</summary>
    public void RequireRankAtLeast(int input, int rank, string what)
    {
        if (ShapeOf(input) is { } shape && shape.Rank < rank)
        {
            throw Contradiction($"{what} must have at least {rank} axes, not {shape.Rank}.");
        }
    }

    /// <summary>Infers one of the node's subgraphs, whose inputs take these types and contents.</summary>
    public GraphInference Enter(Graph body, IReadOnlyList<ValueType?> inputs)
    {
        var typed = body.Inputs.Select((input, i) => i < inputs.Count && inputs[i] is { } type ? input with { Type = type } : input);
        var entered = body with { Inputs = [.. typed] };
        return new GraphInference(entered, StatedTypes.Of(entered), graph);
    }

    /// <summary>Keeps what was inferred inside a subgraph.</summary>
    public void Keep(string attribute, Graph body) => Result = Result.With(attribute, body);

    /// <summary>An error that names the node, its operator and the shapes that meet there.</summary>
    public ShapeInferenceException Contradiction(string what)
    {
        var inputs = Node.Inputs.Where(input => input.Length > 0).Select(input => $"{input} {graph.TypeOf(input)?.ToString() ?? "?"}");
        return new($"Shapes do not fit at node {Node.Origin}, operator {Node.OpType}: {what} Its inputs: {string.Join("; ", inputs)}. "
            + "Give the model inputs of the shape that it was made for, or correct the node in the file.");
    }
}
