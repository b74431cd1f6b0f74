using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Runtime;

namespace Unmask.WhiteBox;

/// <summary>What one item gave for one target. The spans are valid during the call.</summary>
internal readonly ref struct GradientSample
{
    /// <summary>The target's score there.</summary>
    public required double Score { get; init; }

    /// <summary>The multipliers at the cuts, end to end.</summary>
    public required ReadOnlySpan<float> Multiplier { get; init; }

    /// <summary>The cuts' own values, end to end; empty when the only cut is what was fed.</summary>
    public required ReadOnlySpan<float> Value { get; init; }

    /// <summary>The multipliers of the second rule set at the cuts, end to end; empty when there is none.</summary>
    public ReadOnlySpan<float> SecondMultiplier { get; init; }

    /// <summary>Relevance at the cuts that is no multiple of their values, end to end; empty when there is none.</summary>
    public ReadOnlySpan<float> Relevance { get; init; }

    /// <summary>The axes of one item at each cut.</summary>
    public required ImmutableArray<ImmutableArray<int>> Sizes { get; init; }
}

/// <summary>Writes the value at which a target's gradient is taken. Called from several threads.</summary>
internal delegate void PointWriter(int point, int target, Span<float> value);

/// <summary>Takes what a point gave for a target; called in the order of points, then targets.</summary>
internal delegate void SampleReceiver(int point, int target, GradientSample sample);

/// <summary>
/// Takes multipliers at many points for several targets: the engine of every method that looks inside. A batch mixes points and targets, since
/// the seed is an input. Memory does not grow with the number of points.
/// </summary>
internal sealed class GradientEngine(Model model, ModelInput input, ImmutableArray<ResolvedTarget> targets)
{
    /// <summary>Runs points 0 … <paramref name="points"/> − 1 for every target.</summary>
    /// <param name="question">The program.</param>
    /// <param name="fed">The axes of one item of what is fed.</param>
    /// <param name="points">How many.</param>
    /// <param name="write">Writes them.</param>
    /// <param name="receive">Takes what they gave.</param>
    /// <param name="cancel">Ends the work between and inside runs.</param>
    public void Run(GradientQuestion question, ImmutableArray<int> fed, int points, PointWriter write, SampleReceiver receive, CancellationToken cancel)
    {
        var program = model.GradientProgram(question);
        var throughput = model.Options.Throughput;
        int items = checked(points * targets.Length);
        Batcher.Run(
            items,
            program.RequiredBatch ?? throughput.BatchFor(program.BytesPerItem, items),
            question.Alone ? 1 : throughput.Threads,
            (first, count) => program.RunAll(Feeds(program, question, fed, first, count, write), cancel),
            (first, results) =>
            {
                Receive(program, results, first, Math.Min(items - first, (int)results[0].Dimensions[0]), receive);
                return true;
            },
            cancel);
    }

    /// <summary>The feeds of items first … first + count − 1; a batch of fixed size is filled up with the last.</summary>
    private Dictionary<string, TensorData> Feeds(
        GradientProgramRunner program, GradientQuestion question, ImmutableArray<int> fed, int first, int count, PointWriter write)
    {
        int size = program.RequiredBatch ?? count, length = fed.Aggregate(1, (product, axis) => checked(product * axis)), classes = model.ClassCount(input, question.Score);
        float[] values = new float[checked(size * length)], seeds = new float[size * classes];
        for (int i = 0; i < size; i++)
        {
            int item = first + Math.Min(i, count - 1), target = item % targets.Length;
            write(item / targets.Length, target, values.AsSpan(i * length, length));
            targets[target].WriteSeed(seeds.AsSpan(i * classes, classes));
        }

        var feeds = InputFeeds.Others(input, model.Inputs, size).Where(feed => program.Inputs.Any(declared => declared.Name == feed.Key)).ToDictionary(StringComparer.Ordinal);
        feeds[question.Fed] = ToTensor(values, Element(program, question.Fed), program.FedBatched ? [size, .. fed] : fed);
        foreach (string seed in program.Seeds)
        {
            feeds[seed] = ToTensor(seeds, Element(program, seed), [size, classes]);
        }

        if (question.Fed != model.Inputs[0].Name && program.Inputs.Any(declared => declared.Name == model.Inputs[0].Name))
        {
            // Run from a layer on, what bypasses the layer is computed of the input as it is.
            float[] whole = [.. Enumerable.Repeat(input.Array, size).SelectMany(all => all)];
            feeds[model.Inputs[0].Name] = ToTensor(whole, model.Inputs[0].Element, [size, .. input.Layout.Sizes]);
        }

        return feeds;
    }

    private static ElementType Element(GradientProgramRunner program, string name) => program.Inputs.First(declared => declared.Name == name).Element;

    private static TensorData ToTensor(float[] values, ElementType element, ImmutableArray<int> sizes) =>
        TensorConversion.FromFloats(values, element, [.. sizes.Select(size => (long)size)]);

    private void Receive(GradientProgramRunner program, ImmutableArray<TensorData> results, int first, int count, SampleReceiver receive)
    {
        float[] scores = TensorConversion.ToFloats(results[0]);
        var multipliers = results[1..(1 + program.Cuts)];
        int size = (int)results[0].Dimensions[0], classes = scores.Length / size;
        float[] multiplier = EndToEnd(multipliers, size), value = EndToEnd(results.Slice(1 + program.Cuts, program.Values), size), relevance = Relevance(program, results, size);
        float[] second = EndToEnd(results[^program.SecondCuts..], size);
        ImmutableArray<ImmutableArray<int>> sizes = [.. multipliers.Select(tensor => SizesOf(tensor, size, program.Batched))];
        for (int i = 0; i < count; i++)
        {
            var target = targets[(first + i) % targets.Length];
            double score = target.ScoreOf(scores.AsSpan(i * classes, classes));
            var own = ItemOf(multiplier, i, size);
            ThrowUnlessFinite(score, own, target);
            ThrowUnlessFinite(score, ItemOf(relevance, i, size), target);
            receive((first + i) / targets.Length, (first + i) % targets.Length, new() { Score = score, Multiplier = own, Value = ItemOf(value, i, size), Relevance = ItemOf(relevance, i, size), SecondMultiplier = ItemOf(second, i, size), Sizes = sizes });
        }
    }

    /// <summary>Zeros stand for cuts without any; empty when no cut has.</summary>
    private static float[] Relevance(GradientProgramRunner program, ImmutableArray<TensorData> results, int size)
    {
        int next = 1 + program.Cuts + program.Values;
        return next == results.Length ? []
            : EndToEnd([.. program.HasRelevance.Select((has, cut) => has ? results[next++] : TensorData.Adopt(new float[results[1 + cut].Count], [.. results[1 + cut].Dimensions]))], size);
    }

    private static ReadOnlySpan<float> ItemOf(float[] items, int item, int count) => items.AsSpan(item * (items.Length / count), items.Length / count);

    /// <summary>[N, …] of each cut become, item by item, the cuts' values end to end.</summary>
    private static float[] EndToEnd(ImmutableArray<TensorData> tensors, int count)
    {
        if (tensors is [var only])
        {
            return TensorConversion.ToFloats(only);
        }

        float[][] parts = [.. tensors.Select(TensorConversion.ToFloats)];
        float[] joined = new float[parts.Sum(part => part.Length)];
        int at = 0;
        for (int item = 0; item < count; item++)
        {
            foreach (float[] part in parts)
            {
                ItemOf(part, item, count).CopyTo(joined.AsSpan(at));
                at += part.Length / count;
            }
        }

        return joined;
    }

    /// <summary>The axes of one item. A first axis that is a multiple of the batch (windows of items) keeps the rest.</summary>
    private static ImmutableArray<int> SizesOf(TensorData tensor, int batch, bool batched)
    {
        ImmutableArray<int> all = [.. tensor.Dimensions.Select(size => (int)size)];
        return !batched && all is not [1, ..] ? all
            : all[0] == batch ? all[1..]
            : [all[0] / batch, .. all[1..]];
    }

    private void ThrowUnlessFinite(double score, ReadOnlySpan<float> multiplier, ResolvedTarget target)
    {
        bool finite = double.IsFinite(score);
        for (int i = 0; finite && i < multiplier.Length; i++)
        {
            finite = float.IsFinite(multiplier[i]);
        }

        if (!finite)
        {
            throw new UnmaskException($"{model.Name} gave a score of {score} for \"{target.Label}\", or a gradient that is not finite, at a point that the method asked about: "
                + "a map of such numbers would mean nothing. Try another score space (--score), or a black-box method (rise, occlusion, lime).");
        }
    }
}
