using Unmask.Graphs;
using Unmask.Runtime;

namespace Unmask.Probing;

/// <summary>Observes a model's inner values on one input, as it is and under masks.</summary>
internal sealed class RangeCalibration(Model model, OnnxCore core)
{
    /// <summary>Runs the float model with observers.</summary>
    /// <param name="request">The input, and the masks to calibrate on.</param>
    /// <param name="cancel">Stops between and inside runs.</param>
    /// <returns>What <see cref="QuantizeInt8.Run"/> needs. One forward pass a mask, and one for the input itself.</returns>
    public Observations Run(ProbeRequest request, CancellationToken cancel)
    {
        // With an in-fill of its own, difference 0 and in-fill x give the unmasked input under any mask.
        var prologue = MaskPrologue.Build(request.Input.Layout, core.Explained.Element, request.Map, zeroInfill: false);
        var values = QuantizeInt8.Values(core.QuantizableGraph);
        var means = QuantizeInt8.Inputs(core.QuantizableGraph);
        using var program = core.CompileObservers(prologue, values, means);
        var batch = new ProbeBatch(model, request, [], program.RequiredBatch);
        var seen = Observe(0, 1, unmasked: true);
        int runs = 1;
        Batcher.Run(
            request.Law.Count,
            program.RequiredBatch ?? 1,
            model.Options.Throughput.Threads,
            (first, count) => Observe(first, count, unmasked: false),
            (_, also) =>
            {
                seen = seen.With(also, runs / (runs + 1.0));
                runs++;
                return true;
            },
            cancel);
        return seen;

        Observations Observe(int first, int count, bool unmasked) => batch.Use(
            first, count, feeds => ObserveRanges.Read(values, means, program.RunAll(Observing(feeds, request.Input, unmasked), cancel))).Result;
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
