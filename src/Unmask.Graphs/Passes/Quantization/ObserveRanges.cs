using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// Replaces the outputs by the smallest and the largest number in each of some values, so that little leaves the runtime.
/// <code>
///   x ─ Conv ─ a ─ Relu ─ b →            x ─ Conv ─ a ─ Relu ─ b
///                                        └┬────────┴──────────┴─ ReduceMin ─ minima: [3] →
///                                         └───────────────────── ReduceMax ─ maxima: [3] →   (and, of some, the means of their channels)
/// </code>
/// </summary>
public static class ObserveRanges
{
    /// <summary>The output with the smallest number of each value, in their order, over the whole batch.</summary>
    public const string Minima = "unmask_minima";

    /// <summary>The output with the largest number of each value, in their order, over the whole batch.</summary>
    public const string Maxima = "unmask_maxima";

    /// <summary>The output with the means of channels, one value after the other.</summary>
    public const string Means = "unmask_means";

    /// <summary>Adds the observers.</summary>
    /// <param name="graph">The graph, at least at opset 18.</param>
    /// <param name="values">Float32 values of the graph, at least one.</param>
    /// <param name="means">Float32 values whose channels' means are wanted as well.</param>
    /// <exception cref="LayerNotFoundException">There is no such value. The message names the nearest ones.</exception>
    public static Graph Run(Graph graph, IReadOnlyList<string> values, IReadOnlyList<ChannelMeans> means)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(means);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfZero(values.Count);
        _ = ExposeValues.Run(graph, values);
        var builder = (graph with { Outputs = [] }).ToBuilder();
        Observe(builder, values, "ReduceMin", Minima);
        Observe(builder, values, "ReduceMax", Maxima);
        if (means.Count > 0)
        {
            Average(builder, means);
        }

        return PruneUnreachable.Run(builder.Build());
    }

    /// <summary>What a run returned, read.</summary>
    /// <param name="values">As given to <see cref="Run"/>.</param>
    /// <param name="means">As given to <see cref="Run"/>.</param>
    /// <param name="outputs">The outputs, in their order.</param>
    public static Observations Read(IReadOnlyList<string> values, IReadOnlyList<ChannelMeans> means, IReadOnlyList<TensorData> outputs)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(means);
        ArgumentNullException.ThrowIfNull(outputs);
        float[] minima = outputs[0].AsSpan<float>().ToArray(), maxima = outputs[1].AsSpan<float>().ToArray();
        var averages = ImmutableDictionary.CreateBuilder<string, ImmutableArray<float>>();
        int start = 0;
        foreach (var mean in means)
        {
            averages[mean.Value] = [.. outputs[2].AsSpan<float>().Slice(start, checked((int)mean.Channels))];
            start += (int)mean.Channels;
        }

        return new(
            values.Select((value, i) => KeyValuePair.Create(value, new ValueRange(minima[i], maxima[i]))).ToImmutableDictionary(),
            averages.ToImmutable());
    }

    private static void Average(GraphBuilder builder, IReadOnlyList<ChannelMeans> means)
    {
        var vectors = ImmutableArray.CreateBuilder<string>(means.Count);
        foreach (var mean in means)
        {
            long[] others = [0, .. Enumerable.Range(2, mean.Rank - 2).Select(axis => (long)axis)];
            vectors.Add(builder.Add("ReduceMean", [mean.Value, builder.Constant(others, "observe/axes")], "observe/mean", ("keepdims", 0L)));
        }

        string all = builder.Add("Concat", vectors.MoveToImmutable().AsSpan(), "observe/means", ("axis", 0L));
        builder.OutputAs(all, Means, ElementType.Float32, Shape.Of(means.Sum(mean => mean.Channels)));
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
