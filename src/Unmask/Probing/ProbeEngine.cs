using Unmask.Runtime;

namespace Unmask.Probing;

/// <summary>What one probing run asks.</summary>
/// <param name="Input">The item.</param>
/// <param name="Law">The masks.</param>
/// <param name="Map">How they expand.</param>
/// <param name="Infill">What replaces what they hide.</param>
/// <param name="Score">In which space the outputs are read.</param>
/// <param name="Targets">The outputs.</param>
/// <param name="Precision">In which numbers, where the model can and the scores stay the same.</param>
/// <param name="Seed">Of in-fills that are drawn at random.</param>
internal sealed record ProbeRequest(
    ModelInput Input, MaskLaw Law, MaskMap Map, Infill Infill, Score Score, IReadOnlyList<ResolvedTarget> Targets, Precision Precision = Precision.Float32, ulong Seed = 0);

/// <summary>
/// Runs a model on masked variations of one input and hands the scores to an estimator, mask by mask in order: the engine of every
/// method that only probes. Memory does not grow with the number of masks.
/// </summary>
internal sealed class ProbeEngine(Model model)
{
    /// <summary>Runs the masks of the law, all or until the estimator has enough.</summary>
    /// <returns>How many were run, and in which precision.</returns>
    public (int Masks, UsedPrecision Used) Run(ProbeRequest request, ProbeEstimator estimator, IProgress<Step>? progress, string what, CancellationToken cancel)
    {
        var program = model.Program(request.Input.Layout, request.Map, request.Infill, request.Score);
        // Only the scores that somebody asks for leave the runtime, not those of a thousand classes.
        int[] classes = [.. request.Targets.SelectMany(target => target.Against is { } against ? [target.Index, against] : new[] { target.Index }).Distinct()];
        var targets = request.Targets.Select(target => Among(classes, target)).ToArray();
        var used = UsedPrecision.AsAsked;
        if (request.Precision == Precision.Int8)
        {
            (program, used) = new Int8Trial(model, request, classes, targets).Run(program, cancel);
        }

        using var fills = MaskFills.For(request);
        var batch = new ProbeBatch(model, request, classes, program.RequiredBatch, fills);
        int total = request.Law.Count, done = 0;
        progress?.Report(new Step(0, total, what));
        while (done < total && Math.Min(total, estimator.WantedAfter(done)) is var wanted && wanted > done)
        {
            RunStage(program, batch, fills?.BytesPerItem ?? 0, done, wanted, Receive, cancel);
            done = wanted;
        }

        if (done < total)
        {
            progress?.Report(new Step(total, total, what));
        }

        return (done, used);

        void Receive(int first, ProbeResult result)
        {
            Observe(request, targets, estimator, first, result);
            progress?.Report(new Step(first + result.Masks.Length, total, what));
        }
    }

    /// <summary>Runs masks from … to − 1, in batches from several threads; results are received in the order of the masks.</summary>
    private void RunStage(ScoreProgram program, ProbeBatch batch, long fillBytes, int from, int to, Action<int, ProbeResult> receive, CancellationToken cancel)
    {
        var throughput = model.Options.Throughput;
        Batcher.Run(
            to - from,
            program.RequiredBatch ?? throughput.BatchFor(program.BytesPerItem + fillBytes, to - from),
            program.AllowsConcurrency ? throughput.Threads : 1,
            (first, count) => batch.Run(program, from + first, count, cancel),
            (first, result) =>
            {
                receive(from + first, result);
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

    private void Observe(ProbeRequest request, ResolvedTarget[] targets, ProbeEstimator estimator, int first, ProbeResult result)
    {
        int classes = (int)(result.Scores.Count / result.Scores.Dimensions[0]);
        var all = result.Scores.AsSpan<float>();
        Span<double> ofTargets = stackalloc double[targets.Length];
        for (int item = 0; item < result.Masks.Length; item++)
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

            estimator.Observe(result.Masks[item], ofTargets);
        }
    }
}
