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

    /// <summary>The target's score at the reference; NaN without one.</summary>
    public double ReferenceScore { get; init; }

    /// <summary>The cuts' values at the reference, end to end; empty without one, or when the only cut is what was fed.</summary>
    public ReadOnlySpan<float> ReferenceValue { get; init; }

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
    /// <param name="reference">Writes the references of the points, where the question has them.</param>
    /// <returns>Which rule covered which node.</returns>
    public ImmutableArray<RuleCoverage> Run(
        GradientQuestion question, ImmutableArray<int> fed, int points, PointWriter write, SampleReceiver receive, CancellationToken cancel, PointWriter? reference = null)
    {
        question = question with { Shapes = model.OnnxCore.LoopShapes(input) };
        var program = model.GradientProgram(question);
        var throughput = model.Options.Throughput;
        int items = checked(points * targets.Length);
        Batcher.Run(
            items,
            program.RequiredBatch ?? throughput.BatchFor(program.BytesPerItem, items),
            question.Alone ? 1 : throughput.Threads,
            (first, count) => program.RunAll(Feeds(program, question, fed, first, count, write, reference), cancel),
            (first, results) =>
            {
                var found = new GradientResults(program, results);
                Receive(found, first, Math.Min(items - first, found.Items), receive);
                return true;
            },
            cancel);
        return program.Coverage;
    }

    /// <summary>The feeds of items first … first + count − 1; a batch of fixed size is filled up with the last.</summary>
    private Dictionary<string, TensorData> Feeds(
        GradientProgramRunner program, GradientQuestion question, ImmutableArray<int> fed, int first, int count, PointWriter write, PointWriter? reference)
    {
        int size = program.RequiredBatch ?? count, length = fed.Aggregate(1, (product, axis) => checked(product * axis)), classes = Scores(question);
        float[] values = new float[checked(size * length)], references = new float[reference is null ? 0 : values.Length], seeds = new float[size * classes];
        for (int i = 0; i < size; i++)
        {
            int item = first + Math.Min(i, count - 1), target = item % targets.Length;
            write(item / targets.Length, target, values.AsSpan(i * length, length));
            reference?.Invoke(item / targets.Length, target, references.AsSpan(i * length, length));
            targets[target].WriteSeed(seeds.AsSpan(i * classes, classes));
        }

        // Run from a layer on, what bypasses the layer is computed of the input as it is.
        var feeds = LayerFeeds.Beside(question.Fed, model, input, program.Inputs, size);
        feeds[question.Fed] = LayerFeeds.Of(values, Element(program, question.Fed), program.FedBatched ? [size, .. fed] : fed);
        foreach (string seed in program.Seeds)
        {
            feeds[seed] = LayerFeeds.Of(seeds, Element(program, seed), [size, classes]);
        }

        if (program.Reference is { } there && program.Inputs.Any(declared => declared.Name == there))
        {
            feeds[there] = LayerFeeds.Of(references, Element(program, there), program.FedBatched ? [size, .. fed] : fed);
        }

        if (program.Part is { } part)
        {
            feeds[part] = Parts(program, part, first, count, size);
        }

        return feeds;
    }

    /// <summary>The number of scores of one item: of classes, or of the elements of the explained layer.</summary>
    private int Scores(GradientQuestion question) => targets[0].Unit?.Length ?? model.ClassCount(input, question.Score);

    /// <summary>Ones at the units through which each item's target is followed.</summary>
    private TensorData Parts(GradientProgramRunner program, string name, int first, int count, int size)
    {
        var sizes = targets[0].Through!.Sizes;
        int length = targets[0].Through!.Length;
        float[] parts = new float[checked(size * length)];
        for (int i = 0; i < size; i++)
        {
            targets[(first + Math.Min(i, count - 1)) % targets.Length].Through!.Mark(parts.AsSpan(i * length, length));
        }

        return LayerFeeds.Of(parts, Element(program, name), program.Batched ? [size, .. sizes] : sizes);
    }

    private static ElementType Element(GradientProgramRunner program, string name) => program.Inputs.First(declared => declared.Name == name).Element;

    private void Receive(GradientResults results, int first, int count, SampleReceiver receive)
    {
        for (int i = 0; i < count; i++)
        {
            var target = targets[(first + i) % targets.Length];
            double score = target.ScoreOf(results.Of(results.Scores, i));
            var sample = new GradientSample
            {
                Score = score,
                Multiplier = results.Of(results.Multipliers, i),
                Value = results.Of(results.Values, i),
                ReferenceScore = results.ReferenceScores.Length == 0 ? double.NaN : target.ScoreOf(results.Of(results.ReferenceScores, i)),
                ReferenceValue = results.Of(results.ReferenceValues, i),
                Relevance = results.Of(results.Relevances, i),
                SecondMultiplier = results.Of(results.SecondMultipliers, i),
                Sizes = results.Sizes,
            };
            ThrowUnlessFinite(score, sample.Multiplier, target);
            ThrowUnlessFinite(score, sample.Relevance, target);
            ThrowUnlessFinite(score, sample.SecondMultiplier, target);
            receive((first + i) / targets.Length, (first + i) % targets.Length, sample);
        }
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
