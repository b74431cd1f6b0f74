using Unmask.Graphs;
using Unmask.Runtime;

namespace Unmask.Probing;

/// <summary>Calibrates a model to int8, compares its scores with float32's on masks of the run that it was not calibrated on, and decides which is used.</summary>
internal sealed class Int8Trial(Model model, ProbeRequest request, IReadOnlyList<int> classes, IReadOnlyList<ResolvedTarget> targets)
{
    /// <summary>Masks to calibrate on, and as many others to check on.</summary>
    public const int Masks = 32;

    /// <summary>Runs of fewer masks stay in float32: calibrating and checking would take longer than what int8 saves.</summary>
    public const int FewestMasks = 4 * Masks;

    private int _passes;

    /// <summary>Complains about a model that int8 can never be asked of.</summary>
    /// <exception cref="UnmaskException">The model is a function.</exception>
    public static void ThrowIfFunction(Model model)
    {
        if (model.Core is not OnnxCore)
        {
            throw new UnmaskException($"precision=int8 was asked for, but {model.Name} is a function: the numbers that it computes in are its own. Use precision=float32, or load the model from an ONNX file.");
        }
    }

    /// <summary>The program to probe with, and what was found.</summary>
    /// <param name="exact">The program in float32.</param>
    /// <param name="cancel">Stops between and inside runs.</param>
    public (ScoreProgram Program, UsedPrecision Used) Run(ScoreProgram exact, CancellationToken cancel)
    {
        var core = (OnnxCore)model.Core;
        if (core.Int8Obstacle is { } obstacle)
        {
            return (exact, Instead($"the model {obstacle}", null));
        }

        if (request.Infill.ChangesWithMask)
        {
            return (exact, Instead($"the in-fill {request.Infill} is made anew for each mask", null));
        }

        if (request.Law.Count < FewestMasks)
        {
            return (exact, Instead($"{request.Law.Count} masks are too few for it to pay (at least {FewestMasks})", null));
        }

        var (calibrating, checking) = SelectedMasks.Split(request.Law, Masks);
        var trial = new ProbeBatch(model, request with { Law = checking }, classes, exact.RequiredBatch);
        double[][] wanted = Scores(exact, trial, cancel);
        string key = Calibrations.Key(request);
        if (model.Calibrations.Find(key) is { } earlier && Check(earlier, trial, wanted, cancel) is { Found.IsEnough: true } reused)
        {
            return (reused.Program, Int8(reused.Found, "calibrated on an earlier input"));
        }

        return Calibrate(core, calibrating, key, cancel) is not { } calibrated
            ? (exact, Instead("inner values of the model are not finite", null))
            : Decide(exact, calibrated, Check(calibrated, trial, wanted, cancel), key);
    }

    private (ScoreProgram Program, UsedPrecision Used) Decide(ScoreProgram exact, CalibratedModel calibrated, (ScoreProgram Program, Agreement Found) check, string key)
    {
        if (!check.Found.IsEnough)
        {
            return (exact, Instead(
                FormattableString.Invariant($"on {Masks} other masks its scores do not agree with float32's well enough: {check.Found}; asked are at least {Agreement.LeastCorrelation} and at most {100 * Agreement.LargestDifference:0} %"),
                check.Found));
        }

        model.Calibrations.Keep(key, calibrated);
        return (check.Program, Int8(check.Found, $"calibrated on this input, as it is and under {Masks} masks"));
    }

    /// <summary>Calibrates on this input. What earlier inputs showed stays covered.</summary>
    private CalibratedModel? Calibrate(OnnxCore core, SelectedMasks masks, string key, CancellationToken cancel)
    {
        var seen = new RangeCalibration(model, core).Run(request with { Law = masks }, cancel);
        _passes += masks.Count + 1;
        if (model.Calibrations.Find(key) is { } earlier)
        {
            seen = seen.With(earlier.Seen, 0.5);
        }

        return seen.IsFinite ? model.Calibrations.Make(core, seen) : null;
    }

    private (ScoreProgram Program, Agreement Found) Check(CalibratedModel calibrated, ProbeBatch trial, double[][] wanted, CancellationToken cancel)
    {
        var program = model.Program(request.Input.Layout, request.Map, request.Infill, request.Score, calibrated);
        double[][] found = Scores(program, trial, cancel);
        return (program, wanted.Zip(found, Agreement.Of).Aggregate((one, other) => one.Weaker(other)));
    }

    /// <summary>The scores of each target under the masks of a batch's law.</summary>
    private double[][] Scores(ScoreProgram program, ProbeBatch trial, CancellationToken cancel)
    {
        double[][] scores = [.. targets.Select(_ => new double[Masks])];
        var throughput = model.Options.Throughput;
        Batcher.Run(
            Masks,
            program.RequiredBatch ?? throughput.BatchFor(program.BytesPerItem),
            throughput.Threads,
            (first, count) => trial.Run(program, first, count, cancel),
            (first, batch) =>
            {
                for (int item = 0; item < batch.Masks.Length; item++)
                {
                    var row = batch.Scores.AsSpan<float>().Slice(item * classes.Count, classes.Count);
                    for (int target = 0; target < scores.Length; target++)
                    {
                        scores[target][first + item] = targets[target].ScoreOf(row);
                    }
                }

                return true;
            },
            cancel);
        _passes += Masks;
        return scores;
    }

    private UsedPrecision Int8(Agreement found, string how) => new(
        Precision.Int8, $"Masked inputs were scored in int8, {how}; on {Masks} other masks the scores agree with float32's: {found}.", _passes, found);

    private UsedPrecision Instead(string reason, Agreement? found) =>
        new(Precision.Float32, $"int8 was asked for, but masked inputs were scored in float32: {reason}.", _passes, found);
}
