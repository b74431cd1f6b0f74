using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// Replaces the outputs by the smallest and the largest number in each of some values, so that little leaves the runtime.
/// <code>
///   x ─ Conv ─ a ─ Relu ─ b →            x ─ Conv ─ a ─ Relu ─ b
///                                        └┬────────┴──────────┴─ ReduceMin ─ minima: [3] →
///                                         └───────────────────── ReduceMax ─ maxima: [3] →
/// </code>
/// </summary>
public static class ObserveRanges
{
    /// <summary>The output with the smallest number of each value, in their order, over the whole batch.</summary>
    public const string Minima = "unmask_minima";

    /// <summary>The output with the largest number of each value, in their order, over the whole batch.</summary>
    public const string Maxima = "unmask_maxima";

    /// <summary>Adds the observers.</summary>
    /// <param name="graph">The graph, at least at opset 18.</param>
    /// <param name="values">Float32 values of the graph, at least one.</param>
    /// <exception cref="LayerNotFoundException">There is no such value. The message names the nearest ones.</exception>
    public static Graph Run(Graph graph, IReadOnlyList<string> values)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfZero(values.Count);
        _ = ExposeValues.Run(graph, values);
        var builder = (graph with { Outputs = [] }).ToBuilder();
        Observe(builder, values, "ReduceMin", Minima);
        Observe(builder, values, "ReduceMax", Maxima);
        return PruneUnreachable.Run(builder.Build());
    }

    private static void Observe(GraphBuilder builder, IReadOnlyList<string> values, string reduce, string output)
    {
        string one = builder.Constant([1L], "observe/one");
        var numbers = ImmutableArray.CreateBuilder<string>(values.Count);
        foreach (string value in values)
        {
            string number = builder.Add(reduce, [value], "observe/reduce", ("keepdims", 0L));
            numbers.Add(builder.Add("Reshape", [number, one], "observe/number"));
        }

        string all = builder.Add("Concat", numbers.MoveToImmutable().AsSpan(), "observe/all", ("axis", 0L));
        builder.OutputAs(all, output, ElementType.Float32, Shape.Of(values.Count));
    }
}
