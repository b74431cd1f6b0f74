using Unmask.Graphs;
using Unmask.Runtime;

namespace Unmask;

/// <summary>
/// Finds out whether a model can take several items at once. A batch that was frozen at export is freed only if two items together
/// give what each gives alone; otherwise items are run in groups of the frozen size.
/// </summary>
internal static class BatchFreedom
{
    private const float RelativeTolerance = 1e-4f;

    /// <summary>The graph to use, the batch size that it insists on (<c>null</c>: any), and why it could not be freed.</summary>
    public static (Graph Graph, int? FrozenBatch, string Obstacle) Find(Graph graph, string explained, SessionOptions options)
    {
        var input = graph.Inputs.First(candidate => candidate.Name == explained);
        if (input.Shape is not { Rank: > 0 } shape || shape[0].Size is not { } size)
        {
            return (graph, null, "");
        }

        int frozen = checked((int)size);
        var freed = FreeBatchDimension.Run(graph);
        if (freed.Obstacle is { } obstacle)
        {
            return (graph, frozen, obstacle);
        }

        try
        {
            return SameAlone(graph, freed.Graph, options)
                ? (ShapeInference.Run(freed.Graph), null, "")
                : (graph, frozen, "Two items together gave other results than each alone.");
        }
        catch (UnmaskException problem)
        {
            // A model that cannot be freed is still a model: it is run as it was exported.
            return (graph, frozen, problem.Message);
        }
    }

    private static bool SameAlone(Graph original, Graph freed, SessionOptions options)
    {
        if (original.Inputs.Any(input => input.Shape is null || !input.Shape.IsStatic))
        {
            return false;
        }

        using var alone = Session.FromGraph(original, options);
        using var together = Session.FromGraph(freed, options);
        var first = Example(original, seed: 1);
        var second = Example(original, seed: 2);
        var both = first.ToDictionary(pair => pair.Key, pair => IsBatched(freed, pair.Key) ? Concatenate(pair.Value, second[pair.Key]) : pair.Value, StringComparer.Ordinal);
        foreach (var (name, value) in first.Where(pair => !IsBatched(freed, pair.Key)).ToList())
        {
            second[name] = value;
        }

        var expected = alone.Run(first).Zip(alone.Run(second), Concatenate);
        return together.Run(both).Zip(expected).All(pair => Close(pair.First, pair.Second));
    }

    private static bool IsBatched(Graph freed, string input) => freed.Inputs.First(candidate => candidate.Name == input).Shape is { Rank: > 0 } shape && !shape[0].IsKnown;

    /// <summary>Plausible random inputs: floats in [−1, 1), small integers.</summary>
    private static Dictionary<string, TensorData> Example(Graph graph, ulong seed)
    {
        var example = new Dictionary<string, TensorData>(StringComparer.Ordinal);
        foreach (var input in graph.Inputs)
        {
            long[] sizes = input.Shape!.ToSizes()!;
            var random = Rng.At(seed, example.Count);
            float[] values = new float[sizes.Aggregate(1L, (product, size) => product * size)];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = input.Element.IsFloat() ? (random.NextSingle() * 2) - 1 : random.NextInt32(2);
            }

            example.Add(input.Name, TensorConversion.FromFloats(values, input.Element, sizes));
        }

        return example;
    }

    private static TensorData Concatenate(TensorData first, TensorData second)
    {
        long[] sizes = [.. first.Dimensions];
        sizes[0] += second.Dimensions[0];
        byte[] bytes = [.. first.Bytes.Span, .. second.Bytes.Span];
        return TensorData.FromBytes(first.Type, sizes, bytes);
    }

    private static bool Close(TensorData actual, TensorData expected)
    {
        if (!actual.Dimensions.AsSpan().SequenceEqual(expected.Dimensions.AsSpan()))
        {
            return false;
        }

        float[] a = TensorConversion.ToFloats(actual), b = TensorConversion.ToFloats(expected);
        float scale = b.Select(Math.Abs).DefaultIfEmpty(0).Max();
        return a.Zip(b).All(pair => Math.Abs(pair.First - pair.Second) <= RelativeTolerance * Math.Max(scale, 1e-6f));
    }
}
