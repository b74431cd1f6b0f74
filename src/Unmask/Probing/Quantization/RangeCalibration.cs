using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Runtime;

namespace Unmask.Probing;

/// <summary>Observes the ranges of a model's inner values on one input, as it is and under masks.</summary>
internal sealed class RangeCalibration(Model model, OnnxCore core)
{
    /// <summary>Runs the float model with observers.</summary>
    /// <param name="request">The input, and the masks to calibrate on.</param>
    /// <param name="cancel">Stops between and inside runs.</param>
    /// <returns>The range of each value that <see cref="QuantizeInt8.Values"/> lists. One forward pass a mask, and one for the input itself.</returns>
    public ImmutableDictionary<string, ValueRange> Run(ProbeRequest request, CancellationToken cancel)
    {
        // With an in-fill of its own, difference 0 and in-fill x give the unmasked input under any mask.
        var prologue = MaskPrologue.Build(request.Input.Layout, core.Explained.Element, request.Map, zeroInfill: false);
        var values = QuantizeInt8.Values(core.QuantizableGraph);
        using var program = core.CompileObservers(prologue, values);
        var batch = new ProbeBatch(model, request, [], program.RequiredBatch);
        ValueRange[] ranges = batch.Use(0, 1, feeds => Ranges(program, Observing(feeds, request.Input, unmasked: true), cancel));
        Batcher.Run(
            request.Law.Count,
            program.RequiredBatch ?? 1,
            model.Options.Throughput.Threads,
            (first, count) => batch.Use(first, count, feeds => Ranges(program, Observing(feeds, request.Input, unmasked: false), cancel)),
            (_, seen) =>
            {
                ranges = [.. ranges.Zip(seen, (one, other) => one.Union(other))];
                return true;
            },
            cancel);
        return values.Zip(ranges).ToImmutableDictionary(pair => pair.First, pair => pair.Second);
    }

    private static ValueRange[] Ranges(ScoreProgram program, IReadOnlyDictionary<string, TensorData> feeds, CancellationToken cancel)
    {
        var found = program.RunAll(feeds, cancel);
        float[] minima = found[0].AsSpan<float>().ToArray(), maxima = found[1].AsSpan<float>().ToArray();
        return [.. minima.Zip(maxima, (minimum, maximum) => new ValueRange(minimum, maximum))];
    }

    private static Dictionary<string, TensorData> Observing(IReadOnlyDictionary<string, TensorData> feeds, ModelInput input, bool unmasked)
    {
        var observing = feeds.Where(feed => feed.Key != ScoreEpilogue.Classes).ToDictionary(StringComparer.Ordinal);
        long[] one = [1, .. input.Layout.Sizes.Select(size => (long)size)];
        var zeros = TensorData.Adopt(new float[input.Array.Length], one);
        observing.TryAdd(MaskPrologue.Infill, zeros);
        if (unmasked)
        {
            observing[MaskPrologue.Infill] = TensorData.Adopt(input.Array, one);
            observing[MaskPrologue.Difference] = zeros;
        }

        return observing;
    }
}
