using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Runtime;

namespace Unmask.WhiteBox;

/// <summary>Takes the scores of all classes that one variation of a layer gave. The span is valid during the call.</summary>
internal delegate void TailReceiver(int item, ReadOnlySpan<float> scores);

/// <summary>Runs a model from a layer on, with many variations of the layer's value: forward passes of the tail alone. Memory does not grow with their number.</summary>
/// <param name="model">The model.</param>
/// <param name="input">The item; what bypasses the layer is computed of it.</param>
/// <param name="score">The space of the score.</param>
internal sealed class TailEngine(Model model, ModelInput input, Score score)
{
    /// <summary>Runs variations 0 … <paramref name="items"/> − 1.</summary>
    /// <param name="layer">The layer's name.</param>
    /// <param name="sizes">The axes of one item of it.</param>
    /// <param name="items">How many.</param>
    /// <param name="write">Writes them. Called from several threads.</param>
    /// <param name="receive">Takes their scores, in order.</param>
    /// <param name="cancel">Ends the work between and inside runs.</param>
    public void Run(string layer, ImmutableArray<int> sizes, int items, ItemWriter write, TailReceiver receive, CancellationToken cancel)
    {
        var program = model.TailProgram(layer, score);
        var throughput = model.Options.Throughput;
        Batcher.Run(
            items,
            program.RequiredBatch ?? throughput.BatchFor(program.BytesPerItem, items),
            throughput.Threads,
            (first, count) => program.Run(Feeds(program, layer, sizes, first, count, write), cancel),
            (first, scores) =>
            {
                Receive(scores, first, Math.Min(items - first, (int)scores.Dimensions[0]), receive);
                return true;
            },
            cancel);
    }

    /// <summary>The feeds of items first … first + count − 1; a batch of fixed size is filled up with the last.</summary>
    private Dictionary<string, TensorData> Feeds(TailProgram program, string layer, ImmutableArray<int> sizes, int first, int count, ItemWriter write)
    {
        int size = program.RequiredBatch ?? count, length = sizes.Aggregate(1, (product, axis) => checked(product * axis));
        float[] values = new float[checked(size * length)];
        for (int i = 0; i < size; i++)
        {
            write(first + Math.Min(i, count - 1), values.AsSpan(i * length, length));
        }

        var feeds = LayerFeeds.Beside(layer, model, input, program.Inputs, size);
        feeds[layer] = LayerFeeds.Of(values, program.Inputs.First(declared => declared.Name == layer).Element, program.Batched ? [size, .. sizes] : sizes);
        return feeds;
    }

    private void Receive(TensorData scores, int first, int count, TailReceiver receive)
    {
        float[] all = TensorConversion.ToFloats(scores);
        int classes = all.Length / (int)scores.Dimensions[0];
        for (int i = 0; i < count; i++)
        {
            var own = all.AsSpan(i * classes, classes);
            foreach (float value in own)
            {
                if (!float.IsFinite(value))
                {
                    throw new UnmaskException($"{model.Name} returned {value} ({score.Name()}) for variation {first + i} of the layer: a map of such numbers would mean nothing. Try another score space (--score).");
                }
            }

            receive(first + i, own);
        }
    }
}

/// <summary>What is fed to a program that starts at a layer.</summary>
internal static class LayerFeeds
{
    /// <summary>The inputs beside the layer itself: the model's other inputs, and the explained one where something bypasses the layer.</summary>
    public static Dictionary<string, TensorData> Beside(string layer, Model model, ModelInput input, ImmutableArray<Value> declared, int size)
    {
        var feeds = InputFeeds.Others(input, model.Inputs, size).Where(feed => declared.Any(one => one.Name == feed.Key)).ToDictionary(StringComparer.Ordinal);
        var explained = model.Inputs[0];
        if (layer != explained.Name && declared.Any(one => one.Name == explained.Name))
        {
            float[] whole = [.. Enumerable.Repeat(input.Array, size).SelectMany(all => all)];
            feeds[explained.Name] = Of(whole, explained.Element, [size, .. input.Layout.Sizes]);
        }

        return feeds;
    }

    /// <summary>Floats as the element type that is wanted.</summary>
    public static TensorData Of(float[] values, ElementType element, ImmutableArray<int> sizes) =>
        TensorConversion.FromFloats(values, element, [.. sizes.Select(size => (long)size)]);
}
