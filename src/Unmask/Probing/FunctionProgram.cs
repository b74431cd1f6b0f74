using System.Collections.Immutable;
using System.Numerics.Tensors;
using Unmask.Graphs;
using Unmask.Runtime;

namespace Unmask.Probing;

/// <summary>The prologue's graph, then the user's function, then the score's graph, each run on its own.</summary>
internal sealed class FunctionProgram(Session? prologue, Session score, FunctionCore core) : ScoreProgram
{
    private readonly Lock _gate = new();

    // The masked batch is the only large thing here: what the function itself takes is not ours to know.
    public override long BytesPerItem => core.Layout.Count * sizeof(float) * 2;

    public override bool AllowsConcurrency => core.ThreadSafe;

    public override ImmutableArray<TensorData> RunAll(IReadOnlyDictionary<string, TensorData> feeds, CancellationToken cancel)
    {
        if (prologue is null)
        {
            return Score(Call(feeds[FunctionCore.InputName], cancel), null, cancel);
        }

        var masks = feeds.Where(feed => feed.Key != ScoreEpilogue.Classes).ToDictionary(StringComparer.Ordinal);
        return Score(Call(prologue.Run(masks, null, cancel)[0], cancel), feeds[ScoreEpilogue.Classes], cancel);
    }

    public override void Dispose()
    {
        prologue?.Dispose();
        score.Dispose();
    }

    private ImmutableArray<TensorData> Score(TensorData output, TensorData? classes, CancellationToken cancel)
    {
        var feeds = new Dictionary<string, TensorData>(StringComparer.Ordinal) { [ScoreEpilogue.FunctionOutput] = output };
        if (classes is not null)
        {
            feeds[ScoreEpilogue.Classes] = classes;
        }

        return score.Run(feeds, null, cancel);
    }

    private TensorData Call(TensorData batch, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        nint[] sizes = [.. batch.Dimensions.Select(size => (nint)size)];
        var input = Tensor.Create(batch.AsSpan<float>().ToArray(), sizes);
        Tensor<float> output;
        if (core.ThreadSafe)
        {
            output = core.Function(input);
        }
        else
        {
            lock (_gate)
            {
                output = core.Function(input);
            }
        }

        return AsBatch(output, batch.Dimensions[0]);
    }

    /// <summary>The output in the shape in which its scores are read.</summary>
    private TensorData AsBatch(Tensor<float> output, long items)
    {
        if (output.Rank == 0 || output.Lengths[0] != items || output.FlattenedLength % items != 0)
        {
            throw new UnmaskException(
                $"The model's function was given {items} items and returned a tensor of shape [{Sizes(output)}]; its first axis must be the items.");
        }

        int rank = core.Sources.Head.OutputShape.Rank;
        if (core.Sources.Head is PerClass)
        {
            return TensorData.Adopt(ToArray(output), items, (long)output.FlattenedLength / items);
        }

        return output.Rank == rank
            ? TensorData.Adopt(ToArray(output), [.. output.Lengths.ToArray().Select(size => (long)size)])
            : throw new UnmaskException($"The model's function returned a tensor of shape [{Sizes(output)}]; as its output was declared, it must have {rank} axes: {core.Sources.Head.OutputShape}.");
    }

    private static string Sizes(Tensor<float> output) => string.Join(", ", output.Lengths.ToArray());

    private static float[] ToArray(Tensor<float> tensor)
    {
        float[] values = new float[(int)tensor.FlattenedLength];
        tensor.FlattenTo(values);
        return values;
    }
}
