using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>What came of <see cref="FreeBatchDimension"/>.</summary>
/// <param name="Graph">The graph with a free batch dimension, or the original when that cannot be had.</param>
/// <param name="Obstacle">Why the batch stays frozen, without a full stop; <c>null</c> when it is free.</param>
public sealed record FreedBatch(Graph Graph, string? Obstacle)
{
    /// <summary>Whether the graph takes any number of items.</summary>
    public bool IsFree => Obstacle is null;
}

/// <summary>
/// Lets a model that was exported for one batch size (usually 1) take any: the first axis of its inputs becomes the symbol N, and constants in which the
/// exporter baked the batch size are rewritten.
/// <code>
///   x: [1, 3, 32, 32] ─ Conv ─ Reshape([1, 64]) ─ y: [1, 64]      x: [N, 3, 32, 32] ─ Conv ─ Reshape([-1, 64]) ─ y: [N, 64]
///
///   class token: [1, 1, 64] ─┐                                    class token ─ Expand([N, 1, 1]) ─┐
///   patches:     [1, 49, 64] ┴ Concat                             patches: [N, 49, 64] ────────────┴ Concat
/// </code>
/// The pass follows the batch axis from the inputs through every node: reshapes, transposes, folded shape arithmetic. What it returns is a candidate: only a
/// run tells whether two items give the same together as each alone (nodes that it does not know are trusted to keep the items of a batch apart).
/// </summary>
public static class FreeBatchDimension
{
    /// <summary>The name of the free axis, unless the model already uses it for something else.</summary>
    public const string Symbol = "N";

    private const int MostAttempts = 256;

    /// <summary>Frees the batch dimension.</summary>
    /// <param name="graph">The graph; it is raised to the working operator set where it is below.</param>
    /// <param name="inputs">
    /// The inputs whose first axis is the batch; <c>null</c>: the first input, and every other of at least two axes with the same first size.
    /// </param>
    /// <exception cref="ArgumentException">There is no such input.</exception>
    public static FreedBatch Run(Graph graph, IReadOnlyCollection<string>? inputs = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (inputs?.FirstOrDefault(name => graph.Inputs.All(input => input.Name != name)) is { } unknown)
        {
            throw new ArgumentException($"The graph has no input \"{unknown}\". It has: {string.Join(", ", graph.Inputs)}.", nameof(inputs));
        }

        if (Frozen(graph, inputs) is not { Count: > 0 } frozen)
        {
            return graph.Inputs.FirstOrDefault(input => inputs?.Contains(input.Name) != false) is { Shape: { Rank: > 0 } shape } && !shape[0].IsKnown
                ? new(graph, null)
                : new(graph, "no input has a batch axis: the first has no shape, or is a scalar");
        }

        return Search(graph, RaiseOpset.Run(graph), frozen);
    }

    /// <summary>Walks until a reading of the shapes is found that leads through the whole graph.</summary>
    private static FreedBatch Search(Graph graph, Graph raised, List<Value> frozen)
    {
        var types = new BatchTypes(raised);
        var choices = new BatchChoices();
        string? first = null;
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            var walk = new BatchWalk(raised, types, frozen, choices);
            if (walk.Run() is not { } obstacle)
            {
                return Finish(walk, frozen);
            }

            first ??= obstacle;
            if (!choices.Reconsider())
            {
                break;
            }
        }

        return new(graph, first);
    }

    /// <summary>The inputs to free: those that are static at the first axis.</summary>
    private static List<Value> Frozen(Graph graph, IReadOnlyCollection<string>? inputs)
    {
        if (inputs is not null)
        {
            return [.. graph.Inputs.Where(input => inputs.Contains(input.Name) && input.Shape is { Rank: > 0 } shape && shape[0].IsKnown)];
        }

        return graph.Outputs.Length > 0 && graph.Inputs is [{ Shape: { Rank: > 0 } first }, ..] && first[0].IsKnown
            ? [.. graph.Inputs.Where((input, i) => i == 0 || (input.Shape is { Rank: > 1 } shape && shape[0] == first[0]))]
            : [];
    }

    private static FreedBatch Finish(BatchWalk walk, List<Value> frozen)
    {
        var symbols = DimensionSymbols.Of(walk.Graph).ToHashSet(StringComparer.Ordinal);
        var batch = Dimension.Named(UniqueNames.Fresh(symbols, Symbol));
        var outputs = walk.Graph.Outputs.Select(output => output with { Type = Freed(output.Type, walk.AxisOf(output.Name), batch) });
        var free = walk.Build() with
        {
            Inputs = [.. walk.Graph.Inputs.Select(input => input with { Type = Freed(input.Type, walk.AxisOf(input.Name), batch) })],
            Outputs = [.. outputs],
            InnerTypes = walk.Graph.InnerTypes.RemoveRange(walk.Graph.InnerTypes.Keys.Where(walk.DependsOnBatch)),
        };
        return new(free, null);
    }

    private static ValueType? Freed(ValueType? type, BatchAxis? axis, Dimension batch) => (type, axis) switch
    {
        (ValueType.Tensor { Shape: { } shape } tensor, { } at) when at.Axis < shape.Rank =>
            tensor with { Shape = shape.With(at.Axis, at.IsPure ? batch : Dimension.Unknown) },
        _ => type,
    };
}
