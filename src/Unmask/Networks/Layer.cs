using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.Training;

/// <summary>
/// The result of a layer in a <see cref="NetworkBuilder"/>; each method adds a layer behind it and returns that layer's result. Pictures are [channels, height, width],
/// sequences [tokens, features] and vectors [features], all without the batch. Every layer is plain ONNX of the standard operator set.
/// </summary>
public sealed partial class Layer
{
    private readonly NetworkBuilder _builder;

    internal Layer(NetworkBuilder builder, string name, ReadOnlySpan<long> itemShape) => (_builder, Name, ItemShape) = (builder, name, [.. itemShape]);

    /// <summary>The value's name in the graph.</summary>
    public string Name { get; }

    /// <summary>The sizes of one item, without the batch.</summary>
    public ImmutableArray<long> ItemShape { get; }

    /// <summary>Channels of a picture, or features of a vector: the first axis of an item.</summary>
    public long Channels => ItemShape[0];

    /// <summary>Numbers of an item.</summary>
    private long Count => ItemShape.Aggregate(1L, (product, size) => product * size);

    private string ShapeText => $"[{string.Join(", ", ItemShape)}]";

    private Layer Elementwise(string opType, string hint, params ReadOnlySpan<(string Name, NodeAttribute Value)> attributes) =>
        _builder.Add(opType, hint, [Name], ItemShape.AsSpan(), attributes);

    private void RequirePicture(string layer)
    {
        if (ItemShape.Length != 3)
        {
            throw new InvalidOperationException($"{layer} takes channels, height and width; here is {ShapeText}.");
        }
    }

    private void RequireTokens(string layer)
    {
        if (ItemShape.Length != 2)
        {
            throw new InvalidOperationException($"{layer} takes tokens and features; here is {ShapeText}. Tokens() makes them of a picture.");
        }
    }

    /// <summary>An axis of an item, counted from its first or, below 0, from its end.</summary>
    private int Axis(int axis, string parameter) => axis >= -ItemShape.Length && axis < ItemShape.Length
        ? (axis + ItemShape.Length) % ItemShape.Length
        : throw new ArgumentOutOfRangeException(parameter, axis, $"An item is {ShapeText}: its axes are 0 to {ItemShape.Length - 1}, or -1 for the last.");

    private static long Slid(long size, long kernel, long stride, long padding)
    {
        long places = ((size + (2 * padding) - kernel) / stride) + 1;
        return size + (2 * padding) >= kernel ? places : throw new ArgumentException($"A window of {kernel} does not fit into {size} pixels with {padding} of padding.", nameof(kernel));
    }
}
