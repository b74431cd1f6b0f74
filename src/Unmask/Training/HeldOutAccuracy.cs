using System.Numerics.Tensors;
using Unmask.Graphs;
using Unmask.Metrics;
using Unmask.Runtime;

namespace Unmask.Training;

/// <summary>How often a finished network is right on items that it has not learnt from.</summary>
public static class HeldOutAccuracy
{
    private const int Batch = 64;

    /// <summary>Runs the network over all items, as they are.</summary>
    /// <param name="network">A classifier; its first output is [N, classes].</param>
    /// <param name="items">The items; at least one, each with the index of its class as <see cref="Objective.TargetInput"/>. What the network does not take is not given to it.</param>
    /// <param name="threads">Batches at the same time. Default: the number of processors.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>The share of items whose highest output is that of their class, with Wilson's interval.</returns>
    public static Interval Of(Graph network, TrainingSet items, int? threads = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(items);
        using var session = Session.FromGraph(network);
        int right = 0;
        Batcher.Run(items.Count, Batch, threads ?? Environment.ProcessorCount, (first, count) => Right(network, session, items.Read([.. Enumerable.Range(first, count)], null), cancel), (_, hits) =>
        {
            right += hits;
            return true;
        }, cancel);
        return Wilson.Of(right, items.Count);
    }

    private static int Right(Graph network, Session session, Dictionary<string, TensorData> read, CancellationToken cancel)
    {
        var taken = read.Where(pair => network.Inputs.Any(input => input.Name == pair.Key)).ToDictionary(StringComparer.Ordinal);
        var outputs = session.Run(taken, [network.Outputs[0].Name], cancel)[0];
        var scores = outputs.AsSpan<float>();
        var truth = read[Objective.TargetInput].AsSpan<long>();
        int classes = scores.Length / truth.Length, right = 0;
        for (int i = 0; i < truth.Length; i++)
        {
            right += TensorPrimitives.IndexOfMax(scores.Slice(i * classes, classes)) == truth[i] ? 1 : 0;
        }

        return right;
    }
}
