using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>The value of a node's attribute.</summary>
public abstract record NodeAttribute
{
    private NodeAttribute()
    {
    }

    /// <summary>A float.</summary>
    public sealed record Float(float Value) : NodeAttribute;

    /// <summary>An integer.</summary>
    public sealed record Int(long Value) : NodeAttribute;

    /// <summary>A string.</summary>
    public sealed record Text(string Value) : NodeAttribute;

    /// <summary>A string of bytes that is not UTF-8 text.</summary>
    public sealed record Blob(ReadOnlyMemory<byte> Value) : NodeAttribute;

    /// <summary>A tensor.</summary>
    public sealed record Tensor(TensorData Value) : NodeAttribute;

    /// <summary>A subgraph: the body of If, Loop or Scan. It may read values of the graphs around it.</summary>
    public sealed record Subgraph(Graph Value) : NodeAttribute;

    /// <summary>A list of floats.</summary>
    public sealed record Floats(ImmutableArray<float> Values) : NodeAttribute;

    /// <summary>A list of integers.</summary>
    public sealed record Ints(ImmutableArray<long> Values) : NodeAttribute;

    /// <summary>A list of strings.</summary>
    public sealed record Texts(ImmutableArray<string> Values) : NodeAttribute;

    /// <summary>A list of tensors.</summary>
    public sealed record Tensors(ImmutableArray<TensorData> Values) : NodeAttribute;

    /// <summary>A list of subgraphs.</summary>
    public sealed record Subgraphs(ImmutableArray<Graph> Values) : NodeAttribute;

    /// <summary>A type.</summary>
    public sealed record Type(ValueType Value) : NodeAttribute;

    /// <summary>A list of types.</summary>
    public sealed record Types(ImmutableArray<ValueType> Values) : NodeAttribute;

    /// <summary>Inside a function only: the value of the calling node's attribute of this name. Gone after inlining.</summary>
    public sealed record Reference(string AttributeName) : NodeAttribute;

    /// <summary>An integer.</summary>
    public static implicit operator NodeAttribute(long value) => new Int(value);

    /// <summary>A float.</summary>
    public static implicit operator NodeAttribute(float value) => new Float(value);

    /// <summary>A string.</summary>
    public static implicit operator NodeAttribute(string value) => new Text(value);

    /// <summary>A list of integers.</summary>
    public static implicit operator NodeAttribute(long[] values) => new Ints([.. values]);

    /// <summary>A list of floats.</summary>
    public static implicit operator NodeAttribute(float[] values) => new Floats([.. values]);

    /// <summary>A tensor.</summary>
    public static implicit operator NodeAttribute(TensorData value) => new Tensor(value);

    /// <summary>A subgraph.</summary>
    public static implicit operator NodeAttribute(Graph value) => new Subgraph(value);
}
