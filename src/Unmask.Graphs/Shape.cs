using System.Collections;
using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>One axis of a shape: a known size, a named unknown («N», equal wherever the name recurs), or simply unknown.</summary>
public readonly record struct Dimension
{
    private readonly long _sizePlusOne;

    private Dimension(long? size, string? symbol)
    {
        _sizePlusOne = size is { } known ? known + 1 : 0;
        Symbol = symbol;
    }

    /// <summary>An axis of which nothing is known.</summary>
    public static Dimension Unknown => default;

    /// <summary>The size, at least 0; <c>null</c> when it is not known before the run.</summary>
    public long? Size => _sizePlusOne > 0 ? _sizePlusOne - 1 : null;

    /// <summary>The name of an unknown size; <c>null</c> when the size is known or has no name.</summary>
    public string? Symbol { get; }

    /// <summary>Whether the size is known.</summary>
    public bool IsKnown => _sizePlusOne > 0;

    /// <summary>An axis of known size.</summary>
    /// <param name="size">At least 0.</param>
    public static Dimension Of(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        return new(size, null);
    }

    /// <summary>An axis whose size is unknown but named.</summary>
    /// <param name="symbol">The name; empty gives <see cref="Unknown"/>.</param>
    public static Dimension Named(string symbol) => string.IsNullOrEmpty(symbol) ? Unknown : new(null, symbol);

    /// <summary>An axis of known size.</summary>
    public static implicit operator Dimension(long size) => Of(size);

    /// <inheritdoc/>
    public override string ToString() => Size?.ToString() ?? Symbol ?? "?";
}

/// <summary>The axes of a tensor. A tensor of unknown rank has no <see cref="Shape"/> (<c>null</c>); a scalar has an empty one.</summary>
public sealed class Shape : IReadOnlyList<Dimension>, IEquatable<Shape>
{
    private readonly ImmutableArray<Dimension> _axes;

    /// <summary>Makes a shape of these axes, outermost first.</summary>
    public Shape(params ReadOnlySpan<Dimension> axes) => _axes = [.. axes];

    /// <summary>The shape of a scalar.</summary>
    public static Shape Scalar { get; } = new();

    /// <summary>The number of axes.</summary>
    public int Rank => _axes.Length;

    /// <inheritdoc/>
    public int Count => _axes.Length;

    /// <summary>Whether the size of every axis is known.</summary>
    public bool IsStatic => _axes.All(axis => axis.IsKnown);

    /// <summary>The number of elements; <c>null</c> unless <see cref="IsStatic"/>.</summary>
    public long? ElementCount => IsStatic ? _axes.Aggregate(1L, (product, axis) => checked(product * axis.Size.GetValueOrDefault())) : null;

    /// <summary>The axes in one piece of memory.</summary>
    internal ReadOnlySpan<Dimension> Axes => _axes.AsSpan();

    /// <inheritdoc/>
    public Dimension this[int index] => _axes[index];

    /// <summary>A shape of known sizes.</summary>
    public static Shape Of(params ReadOnlySpan<long> sizes)
    {
        var axes = new Dimension[sizes.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            axes[i] = sizes[i];
        }

        return new(axes);
    }

    /// <summary>The known sizes, outermost first; <c>null</c> unless <see cref="IsStatic"/>.</summary>
    public long[]? ToSizes() => IsStatic ? [.. _axes.Select(axis => axis.Size.GetValueOrDefault())] : null;

    /// <summary>The same shape with one axis replaced.</summary>
    public Shape With(int axis, Dimension size) => new(_axes.SetItem(axis, size).AsSpan());

    /// <inheritdoc/>
    public bool Equals(Shape? other) => other is not null && _axes.AsSpan().SequenceEqual(other._axes.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var axis in _axes)
        {
            hash.Add(axis);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public IEnumerator<Dimension> GetEnumerator() => ((IEnumerable<Dimension>)_axes).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>For instance <c>[N, 3, 224, 224]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", _axes)}]";
}
