using System.Collections.Concurrent;
using Unmask.Graphs;

namespace Unmask.Probing;

/// <summary>Writes the coordinates of consecutive masks into the feeds of one batch.</summary>
internal sealed class ProbeBatch
{
    private readonly Model _model;
    private readonly ProbeRequest _request;
    private readonly MaskFills? _fills;
    private readonly ConcurrentBag<BatchFeeds> _free = [];
    private readonly int? _requiredBatch;
    private readonly TensorData? _difference;
    private readonly TensorData? _infill;
    private readonly TensorData _classes;

    /// <summary>Feeds for a request.</summary>
    /// <param name="model">The model.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="classes">Those whose scores are read.</param>
    /// <param name="requiredBatch">The size that every batch must have; <c>null</c>: any.</param>
    /// <param name="fills">Makes the in-fills of requests whose masks have one each; <c>null</c> for others.</param>
    public ProbeBatch(Model model, ProbeRequest request, IReadOnlyList<int> classes, int? requiredBatch, MaskFills? fills = null)
    {
        _fills = fills;
        _classes = TensorData.Vector<long>([.. classes.Select(index => (long)index)]);
        _model = model;
        _request = request;
        _requiredBatch = requiredBatch;
        long[] one = [1, .. request.Input.Layout.Sizes.Select(size => (long)size)];
        if (fills is not null)
        {
            return;
        }

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

    /// <summary>Scores the masks first … first + count − 1.</summary>
    public ProbeResult Run(ScoreProgram program, int first, int count, CancellationToken cancel)
    {
        var (masks, scores) = Use(first, count, feeds => program.Run(feeds, cancel));
        return new(masks, scores);
    }

    /// <summary>Runs with the feeds of the masks first … first + count − 1. A batch of fixed size is filled up with the last mask.</summary>
    /// <remarks>Buffers are used again by later batches of the same size, so that memory does not grow with the number of masks.</remarks>
    public (MaskCoordinates[] Masks, TResult Result) Use<TResult>(int first, int count, Func<IReadOnlyDictionary<string, TensorData>, TResult> run)
    {
        int size = _requiredBatch ?? count;
        var feeds = _free.TryTake(out var used) && used.Size == size ? used : NewFeeds(size);
        var masks = new MaskCoordinates[count];
        for (int item = 0; item < size; item++)
        {
            if (item < count)
            {
                masks[item] = _request.Law.At(first + item);
            }

            _request.Map.Write(masks[Math.Min(item, count - 1)], feeds.Slots[item]);
        }

        _fills?.Write(feeds.ByName, first, count, feeds.Infills, feeds.Differences);
        var result = run(feeds.ByName);
        _free.Add(feeds);
        return (masks, result);
    }

    private BatchFeeds NewFeeds(int size)
    {
        var byName = InputFeeds.Others(_request.Input, _model.Inputs, size);
        var (infills, differences) = FeedInfill(byName, size);
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

        return new(size, byName, infills, differences, [.. Enumerable.Range(0, size).Select(item => buffers.Select(buffer => ItemOf(buffer, item, size)).ToArray())]);
    }

    /// <summary>The in-fill that all masks share, or room for one a mask.</summary>
    private (float[] Infills, float[] Differences) FeedInfill(Dictionary<string, TensorData> byName, int size)
    {
        if (_fills is null)
        {
            byName[MaskPrologue.Difference] = _difference!;
            if (_infill is not null)
            {
                byName[MaskPrologue.Infill] = _infill;
            }

            return ([], []);
        }

        int length = _request.Input.Layout.Count;
        long[] sizes = [size, .. _request.Input.Layout.Sizes.Select(axis => (long)axis)];
        float[] infills = new float[size * length], differences = new float[size * length];
        byName[MaskPrologue.Infill] = TensorData.Adopt(infills, sizes);
        byName[MaskPrologue.Difference] = TensorData.Adopt(differences, sizes);
        return (infills, differences);
    }

    private static Memory<float> ItemOf(float[] buffer, int item, int size) => buffer.AsMemory(item * (buffer.Length / size), buffer.Length / size);

    /// <summary>One batch's feeds, and the part of each mask in them.</summary>
    private sealed record BatchFeeds(int Size, Dictionary<string, TensorData> ByName, float[] Infills, float[] Differences, Memory<float>[][] Slots);
}

/// <summary>What one batch of masks gave.</summary>
/// <param name="Masks">The masks.</param>
/// <param name="Scores">Of the classes that were asked for: [at least as many as masks, classes].</param>
internal sealed record ProbeResult(MaskCoordinates[] Masks, TensorData Scores);
