using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.Training;

/// <summary>Pictures, or features of them, with altered logits as what is to be learnt.</summary>
/// <param name="items">The network's inputs, unvaried: each has one target.</param>
/// <param name="logits">The original network's on them.</param>
/// <param name="pair">The classes.</param>
/// <param name="distance">How far they are pushed apart.</param>
internal sealed class AlteredSet(TrainingSet items, OriginalLogits logits, ClassPair pair, GadDistance distance) : TrainingSet
{
    public override int Count => items.Count;

    public override Dictionary<string, TensorData> Read(ReadOnlySpan<int> indices, Variation? variation)
    {
        var read = items.Read(indices, null);
        float[] targets = new float[indices.Length * logits.Outputs];
        for (int i = 0; i < indices.Length; i++)
        {
            Of(indices[i]).CopyTo(targets, i * logits.Outputs);
        }

        read[Objective.TargetInput] = TensorData.Adopt(targets, indices.Length, logits.Outputs);
        return read;
    }

    /// <summary>How far other logits are from the altered ones: the root mean square over pictures of either class and the logits of both.</summary>
    public double Rmse(OriginalLogits reached)
    {
        double sum = 0;
        long count = 0;
        for (int item = 0; item < Count; item++)
        {
            if (logits.Sides[item] == ClassSide.Neither)
            {
                continue;
            }

            float[] target = Of(item);
            foreach (int output in pair.Second is { } second ? [pair.First, second] : Enumerable.Range(0, logits.Outputs))
            {
                double difference = reached.Of(item)[output] - target[output];
                (sum, count) = (sum + (difference * difference), count + 1);
            }
        }

        return Math.Sqrt(sum / count);
    }

    /// <summary>By which a checkpoint knows it again.</summary>
    public override string ToString() => $"{items}, classes {pair.First} and {pair.Second?.ToString() ?? "all others"} pushed apart by {distance}";

    private float[] Of(int item) => AlteredLogits.Of(logits.Of(item), logits.Sides[item], pair, distance);
}

/// <summary>What a network says of pictures, with the side that each is on.</summary>
/// <param name="Values">Logits, item by item.</param>
/// <param name="Outputs">Logits of an item.</param>
/// <param name="Sides">The side of each item.</param>
internal sealed record OriginalLogits(float[] Values, int Outputs, ImmutableArray<ClassSide> Sides)
{
    private const int Batch = 32;

    public ReadOnlySpan<float> Of(int item) => Values.AsSpan(item * Outputs, Outputs);

    /// <summary>Runs a network over all items.</summary>
    /// <param name="network">Its first output is [N, classes].</param>
    /// <param name="items">The items, as inputs of the network.</param>
    /// <param name="sides">The side of each.</param>
    /// <param name="threads">Batches at the same time.</param>
    /// <param name="cancel">Ends it.</param>
    public static OriginalLogits Run(Graph network, TrainingSet items, ImmutableArray<ClassSide> sides, int threads, CancellationToken cancel)
    {
        using var session = Runtime.Session.FromGraph(network);
        List<float[]> rows = [];
        Runtime.Batcher.Run(items.Count, Batch, threads, (first, count) =>
        {
            var read = items.Read([.. Enumerable.Range(first, count)], null);
            var taken = read.Where(pair => network.Inputs.Any(input => input.Name == pair.Key)).ToDictionary(StringComparer.Ordinal);
            return session.Run(taken, [network.Outputs[0].Name], cancel)[0].AsSpan<float>().ToArray();
        }, (_, logits) =>
        {
            rows.Add(logits);
            return true;
        }, cancel);
        float[] values = [.. rows.SelectMany(row => row)];
        return new(values, values.Length / items.Count, sides);
    }
}
