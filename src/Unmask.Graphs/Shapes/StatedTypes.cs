using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>The types that a graph states for its inner values and outputs: used where inference leaves something open, never against it.</summary>
internal sealed class StatedTypes
{
    private readonly Dictionary<string, ValueType> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dimension> _bound = new(StringComparer.Ordinal);

    private StatedTypes(Graph graph)
    {
        foreach (var (name, type) in graph.InnerTypes)
        {
            _types[name] = type;
        }

        foreach (var output in graph.Outputs)
        {
            if (output.Type is not null)
            {
                _types[output.Name] = output.Type;
            }
        }
    }

    /// <summary>The types as the graph states them.</summary>
    public static StatedTypes Of(Graph graph) => new(graph);

    /// <summary>
    /// The types with the inputs' symbols replaced by what other input shapes make of them. When a new shape contradicts the stated one,
    /// nothing that was stated for other values can be relied on: their shapes are forgotten.
    /// </summary>
    public static StatedTypes After(Graph graph, IReadOnlyDictionary<string, Shape> inputShapes)
    {
        var stated = new StatedTypes(graph);
        bool refines = graph.Inputs.All(input => !inputShapes.TryGetValue(input.Name, out var shape) || stated.Bind(input.Shape, shape));
        if (!refines)
        {
            foreach (var (name, type) in stated._types)
            {
                stated._types[name] = type is ValueType.Tensor tensor ? tensor with { Shape = null } : type;
            }
        }

        return stated;
    }

    /// <summary>What inference found, with what the graph states where it found nothing.</summary>
    public ValueType? Complete(string name, ValueType? inferred) => Complete(inferred, _types.GetValueOrDefault(name));

    private ValueType? Complete(ValueType? inferred, ValueType? stated) => (inferred, stated) switch
    {
        (null, ValueType.Tensor only) => only with { Shape = Substitute(only.Shape) },
        (null, _) => stated,
        (ValueType.Tensor found, ValueType.Tensor told) => new ValueType.Tensor(
            found.Element == ElementType.Undefined ? told.Element : found.Element, Complete(found.Shape, Substitute(told.Shape))),
        (ValueType.Sequence found, ValueType.Sequence told) => new ValueType.Sequence(Complete(found.Item, told.Item)),
        (ValueType.Optional found, ValueType.Optional told) => new ValueType.Optional(Complete(found.Item, told.Item)),
        _ => inferred,
    };

    private static Shape? Complete(Shape? inferred, Shape? stated)
    {
        if (inferred is null || stated is null || inferred.Rank != stated.Rank)
        {
            return inferred ?? stated;
        }

        for (int axis = 0; axis < inferred.Rank; axis++)
        {
            if (inferred[axis] == Dimension.Unknown)
            {
                inferred = inferred.With(axis, stated[axis]);
            }
        }

        return inferred;
    }

    private Shape? Substitute(Shape? stated) => stated is null || _bound.Count == 0
        ? stated
        : new([.. stated.Select(Substitute)]);

    private Dimension Substitute(Dimension axis) => axis.Symbol is not { } symbol ? axis
        : _bound.TryGetValue(symbol, out var size) ? size
        : SymbolTable.IsExpression(symbol) ? Dimension.Unknown
        : axis;

    // Whether the given shape says no less than the stated one, and nothing against it.
    private bool Bind(Shape? stated, Shape given)
    {
        if (stated is null)
        {
            return true;
        }

        bool fits = stated.Rank == given.Rank;
        for (int axis = 0; axis < stated.Rank && fits; axis++)
        {
            if (stated[axis].Symbol is { } symbol)
            {
                fits = _bound.GetValueOrDefault(symbol, given[axis]) == given[axis];
                _bound[symbol] = given[axis];
            }
            else
            {
                fits = !stated[axis].IsKnown || stated[axis] == given[axis];
            }
        }

        return fits;
    }
}
