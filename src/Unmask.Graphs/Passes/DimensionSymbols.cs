using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>The named unknown sizes («N») in the types of a graph.</summary>
internal static class DimensionSymbols
{
    /// <summary>Every symbol that a graph's types mention, its subgraphs' included.</summary>
    public static IEnumerable<string> Of(Graph graph) => graph.Inputs.Concat(graph.Outputs).Select(value => value.Type)
        .Concat(graph.InnerTypes.Values)
        .SelectMany(Of)
        .Concat(graph.Nodes.SelectMany(node => node.Subgraphs).SelectMany(Of))
        .Distinct(StringComparer.Ordinal);

    /// <summary>The same graph with symbols replaced by other symbols or by sizes, in every type.</summary>
    public static Graph Substitute(Graph graph, IReadOnlyDictionary<string, Dimension> meaning)
    {
        if (meaning.Count == 0)
        {
            return graph;
        }

        return MapTypes(graph, axis => Substitute(axis, meaning));
    }

    /// <summary>The same type with every axis replaced.</summary>
    public static ValueType? MapType(ValueType? type, Func<Dimension, Dimension> axis) => type switch
    {
        ValueType.Tensor tensor => tensor with { Shape = MapShape(tensor.Shape, axis) },
        ValueType.SparseTensor tensor => tensor with { Shape = MapShape(tensor.Shape, axis) },
        ValueType.Sequence sequence => sequence with { Item = MapType(sequence.Item, axis) },
        ValueType.Optional optional => optional with { Item = MapType(optional.Item, axis) },
        ValueType.Map map => map with { Item = MapType(map.Item, axis) },
        _ => type,
    };

    // An expression («2*N») in a symbol that is replaced means nothing that is known any more; shape inference finds it anew.
    private static Dimension Substitute(Dimension axis, IReadOnlyDictionary<string, Dimension> meaning) => axis.Symbol is not { } symbol ? axis
        : meaning.TryGetValue(symbol, out var found) ? found
        : SymbolTable.IsExpression(symbol) && meaning.Keys.Any(replaced => symbol.Contains(replaced, StringComparison.Ordinal)) ? Dimension.Unknown
        : axis;

    private static Graph MapTypes(Graph graph, Func<Dimension, Dimension> axis) => graph with
    {
        Inputs = [.. graph.Inputs.Select(value => value with { Type = MapType(value.Type, axis) })],
        Outputs = [.. graph.Outputs.Select(value => value with { Type = MapType(value.Type, axis) })],
        InnerTypes = graph.InnerTypes.ToImmutableDictionary(pair => pair.Key, pair => MapType(pair.Value, axis) ?? pair.Value),
        Nodes = [.. graph.Nodes.Select(node => node.MapSubgraphs(body => MapTypes(body, axis)))],
    };

    private static Shape? MapShape(Shape? shape, Func<Dimension, Dimension> axis) =>
        shape is null ? null : new Shape([.. shape.Select(axis)]);

    private static IEnumerable<string> Of(ValueType? type) => type switch
    {
        ValueType.Tensor { Shape: { } shape } => Of(shape),
        ValueType.SparseTensor { Shape: { } shape } => Of(shape),
        ValueType.Sequence sequence => Of(sequence.Item),
        ValueType.Optional optional => Of(optional.Item),
        ValueType.Map map => Of(map.Item),
        _ => [],
    };

    private static IEnumerable<string> Of(Shape shape) => shape.Select(axis => axis.Symbol).OfType<string>();
}
