namespace Unmask.Graphs;

/// <summary>The type of a value that flows along an edge of a graph.</summary>
public abstract record ValueType
{
    private ValueType()
    {
    }

    /// <summary>A dense tensor.</summary>
    /// <param name="Element">The element type.</param>
    /// <param name="Shape">The axes; <c>null</c> when not even the rank is known.</param>
    public sealed record Tensor(ElementType Element, Shape? Shape) : ValueType
    {
        /// <inheritdoc/>
        public override string ToString() => $"{Element}{Shape?.ToString() ?? "[…]"}";
    }

    /// <summary>A sparse tensor.</summary>
    public sealed record SparseTensor(ElementType Element, Shape? Shape) : ValueType
    {
        /// <inheritdoc/>
        public override string ToString() => $"Sparse {Element}{Shape?.ToString() ?? "[…]"}";
    }

    /// <summary>A sequence of values of one type.</summary>
    public sealed record Sequence(ValueType? Item) : ValueType
    {
        /// <inheritdoc/>
        public override string ToString() => $"Sequence({Item})";
    }

    /// <summary>A map.</summary>
    public sealed record Map(ElementType Key, ValueType? Item) : ValueType
    {
        /// <inheritdoc/>
        public override string ToString() => $"Map({Key}, {Item})";
    }

    /// <summary>A value that may be absent.</summary>
    public sealed record Optional(ValueType? Item) : ValueType
    {
        /// <inheritdoc/>
        public override string ToString() => $"Optional({Item})";
    }
}

/// <summary>A named value (an edge of the graph) with what is known of its type.</summary>
/// <param name="Name">Unique within the graph.</param>
/// <param name="Type">The type; <c>null</c> when nothing is known.</param>
public sealed record Value(string Name, ValueType? Type)
{
    /// <summary>A dense tensor.</summary>
    public Value(string name, ElementType element, Shape? shape)
        : this(name, new ValueType.Tensor(element, shape))
    {
    }

    /// <summary>The tensor's element type; <see cref="ElementType.Undefined"/> when unknown or not a dense tensor.</summary>
    public ElementType Element => (Type as ValueType.Tensor)?.Element ?? ElementType.Undefined;

    /// <summary>The tensor's shape; <c>null</c> when unknown or not a dense tensor.</summary>
    public Shape? Shape => (Type as ValueType.Tensor)?.Shape;

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Type?.ToString() ?? "?"}";
}
