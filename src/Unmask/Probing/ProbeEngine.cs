using System.Collections.Concurrent;
using Unmask.Graphs;
using Unmask.Runtime;

namespace Unmask.Probing;

/// <summary>What one probing run asks.</summary>
/// <param name="Input">The item.</param>
/// <param name="Law">The masks.</param>
/// <param name="Map">How they expand.</param>
/// <param name="Infill">What replaces what they hide.</param>
/// <param name="Score">In which space the outputs are read.</param>
/// <param name="Targets">The outputs.</param>
internal sealed record ProbeRequest(ModelInput Input, MaskLaw Law, MaskMap Map, Infill Infill, Score Score, IReadOnlyList<ResolvedTarget> Targets);

/// <summary>
/// Runs a model on masked variations of one input and hands the scores to an estimator, mask by mask in order: the engine of every
/// method that only probes. Memory does not grow with the number of masks.
/// </summary>
internal sealed class ProbeEngine(Model model)
{
    /// <summary>Runs all masks of the law.</summary>
    public void Run(ProbeRequest request, ProbeEstimator estimator, IProgress<Step>? progress, string what, CancellationToken cancel)
    {
        var throughput = model.Options.Throughput;
        var program = model.Program(request.Input.Layout, request.Map, request.Infill.IsZero, request.Score);
        // Only the scores that somebody asks for leave the runtime, not those of a thousand classes.
        int[] classes = [.. request.Targets.SelectMany(target => target.Against is { } against ? [target.Index, against] : new[] { target.Index }).Distinct()];
        var targets = request.Targets.Select(target => Among(classes, target)).ToArray();
        var batch = new ProbeBatch(model, request, classes, program.RequiredBatch);
        int size = program.RequiredBatch ?? throughput.BatchFor(program.BytesPerItem, Math.Max(1, request.Law.Count));
        int threads = program.AllowsConcurrency ? throughput.Threads : 1;
        int total = request.Law.Count;
        progress?.Report(new Step(0, total, what));
        Batcher.Run(
            total,
            size,
            threads,
            (first, count) => (Count: count, Scores: batch.Use(first, count, feeds => program.Run(feeds, cancel))),
            (first, result) =>
            {
                Observe(request, targets, estimator, first, result.Count, result.Scores);
                progress?.Report(new Step(first + result.Count, total, what));
                return true;
            },
            cancel);
    }

    /// <summary>The target as positions in a list of classes.</summary>
    private static ResolvedTarget Among(int[] classes, ResolvedTarget target) => target with
    {
        Index = Array.IndexOf(classes, target.Index),
        Against = target.Against is { } against ? Array.IndexOf(classes, against) : null,
    };

    private void Observe(ProbeRequest request, ResolvedTarget[] targets, ProbeEstimator estimator, int first, int count, TensorData scores)
    {
        int classes = (int)(scores.Count / scores.Dimensions[0]);
        var all = scores.AsSpan<float>();
        Span<double> ofTargets = stackalloc double[targets.Length];
        for (int item = 0; item < count; item++)
        {
            var row = all.Slice(item * classes, classes);
            for (int target = 0; target < ofTargets.Length; target++)
            {
                ofTargets[target] = targets[target].ScoreOf(row);
                if (!double.IsFinite(ofTargets[target]))
                {
                    throw new UnmaskException($"{model.Name} returned {ofTargets[target]} for \"{targets[target].Label}\" on masked input {first + item} "
                        + $"({request.Score.Name()}, in-fill {request.Infill}): a map of such numbers would mean nothing. Try another in-fill or score.");
                }
            }

            estimator.Observe(request.Law.At(first + item), ofTargets);
        }
    }
}

/// <summary>Writes the coordinates of consecutive masks into the feeds of one batch.</summary>
internal sealed class ProbeBatch
{
    private readonly Model _model;
    private readonly ProbeRequest _request;
    private readonly ConcurrentBag<BatchFeeds> _free = [];
    private readonly int? _requiredBatch;
    private readonly TensorData _difference;
    private readonly TensorData? _infill;
    private readonly TensorData _classes;

    public ProbeBatch(Model model, ProbeRequest request, IReadOnlyList<int> classes, int? requiredBatch)
    {
        _classes = TensorData.Vector<long>([.. classes.Select(index => (long)index)]);
        _model = model;
        _request = request;
        _requiredBatch = requiredBatch;
        long[] one = [1, .. request.Input.Layout.Sizes.Select(size => (long)size)];
        if (request.Infill.IsZero)
        {
            _difference = TensorData.Adopt(request.Input.Array, one);
            return;
        }

        float[] infill = request.Infill.For(request.Input);
        float[] difference = new float[infill.Length];
        System.Numerics.Tensors.TensorPrimitives.Subtract(request.Input.Values, infill, difference);
        _infill = TensorData.Adopt(infill, one);
        _difference = TensorData.Adopt(difference, one);
    }

    /// <summary>Runs with the feeds of masks first … first + count − 1. A batch of fixed size is filled up with the last mask.</summary>
    /// <remarks>Buffers are used again by later batches of the same size, so that memory does not grow with the number of masks.</remarks>
    public TResult Use<TResult>(int first, int count, Func<IReadOnlyDictionary<string, TensorData>, TResult> run)
    {
        int size = _requiredBatch ?? count;
        var feeds = _free.TryTake(out var used) && used.Size == size ? used : NewFeeds(size);
        var slots = new Memory<float>[feeds.Buffers.Length];
        for (int item = 0; item < size; item++)
        {
            for (int i = 0; i < slots.Length; i++)
            {
                int length = feeds.Buffers[i].Length / size;
                slots[i] = feeds.Buffers[i].AsMemory(item * length, length);
            }

            _request.Map.Write(_request.Law.At(first + Math.Min(item, count - 1)), slots);
        }

        var result = run(feeds.ByName);
        _free.Add(feeds);
        return result;
    }

    private BatchFeeds NewFeeds(int size)
    {
        var byName = InputFeeds.Others(_request.Input, _model.Inputs, size);
        byName[MaskPrologue.Difference] = _difference;
        if (_infill is not null)
        {
            byName[MaskPrologue.Infill] = _infill;
        }

        byName[ScoreEpilogue.Classes] = _classes;

        foreach (var shared in _request.Map.SharedFeeds)
        {
            byName[shared.Value.Name] = shared.Data;
        }

        var declared = _request.Map.Feeds;
        float[][] buffers = new float[declared.Count][];
        for (int i = 0; i < buffers.Length; i++)
        {
            long[] sizes = [size, .. declared[i].ItemSizes];
            buffers[i] = new float[sizes.Aggregate(1L, (product, axis) => checked(product * axis))];
            byName[declared[i].Value.Name] = TensorData.Adopt(buffers[i], sizes);
        }

        return new(size, byName, buffers);
    }

    private sealed record BatchFeeds(int Size, Dictionary<string, TensorData> ByName, float[][] Buffers);
}
