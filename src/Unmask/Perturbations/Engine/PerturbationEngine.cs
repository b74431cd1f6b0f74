using System.Collections.Immutable;
using System.Numerics.Tensors;
using Unmask.Graphs;
using Unmask.Runtime;

namespace Unmask.Perturbations;

/// <summary>
/// Evaluates the objectives of problems at parameters, with or without gradients: the engine of every method that descends on a mask. Problems and views are cut into parts that fit
/// the memory budget, and run by as many threads as there are parts for.
/// </summary>
internal sealed class PerturbationEngine
{
    private readonly Model _model;
    private readonly PerturbationQuestion _question;
    private readonly PerturbationFeeds _feeds;
    private readonly Lock _counts = new();

    public PerturbationEngine(Model model, PerturbationQuestion question, int classes)
    {
        (_model, _question) = (model, question);
        _feeds = new(model, question, classes, [.. question.Map.SharedFeeds.Select(feed => feed.Data)]);
        Shapes = model.PerturbationProgram(question with { Kind = PerturbationOutput.Masks, Alone = false }).Shapes;
    }

    /// <summary>The axes of masks.</summary>
    public MaskShapes Shapes { get; }

    /// <summary>Inputs that were run forwards.</summary>
    public long ForwardPasses { get; private set; }

    /// <summary>Inputs that were run backwards.</summary>
    public long BackwardPasses { get; private set; }

    private PerturbationRecipe Recipe => _question.Recipe;

    /// <summary>Objectives and gradients.</summary>
    /// <param name="problems">The problems.</param>
    /// <param name="parameters">The parameters of each.</param>
    /// <param name="weights">For each problem the weight of each term.</param>
    /// <param name="step">The step.</param>
    /// <param name="cancel">Ends the runs.</param>
    public Evaluation[] Differentiate(IReadOnlyList<MaskProblem> problems, float[][] parameters, double[][] weights, int step, CancellationToken cancel) =>
        Run(problems, parameters, weights, step, PerturbationOutput.Gradient, point: false, cancel);

    /// <summary>Objectives, by forward passes: at the masks themselves (without draws, path or noise), or as <see cref="Differentiate"/> has them.</summary>
    public Evaluation[] Evaluate(IReadOnlyList<MaskProblem> problems, float[][] parameters, double[][] weights, int step, CancellationToken cancel, bool ofMask = true) =>
        Run(problems, parameters, weights, step, PerturbationOutput.Objective, ofMask, cancel);

    /// <summary>The expanded masks of problems: of each, its masks one behind another, of two their product behind them.</summary>
    public float[][] Masks(IReadOnlyList<MaskProblem> problems, float[][] parameters, CancellationToken cancel) => MasksOf(problems, parameters, 1, cancel);

    /// <summary>The canvases of problems, of each its masks' one behind another.</summary>
    public float[][] Canvases(IReadOnlyList<MaskProblem> problems, float[][] parameters, CancellationToken cancel) => MasksOf(problems, parameters, 2, cancel);

    private float[][] MasksOf(IReadOnlyList<MaskProblem> problems, float[][] parameters, int output, CancellationToken cancel)
    {
        var program = Program(PerturbationOutput.Masks, alone: false);
        return [.. problems.Select((problem, i) => _feeds.Run(program, new([problem], [parameters[i]], 0, 1), 0, [], point: true, null, cancel)[output].AsSpan<float>().ToArray())];
    }

    private PerturbationProgram Program(PerturbationOutput kind, bool alone) => _model.PerturbationProgram(_question with { Kind = kind, Alone = alone });

    private Evaluation[] Run(IReadOnlyList<MaskProblem> problems, float[][] parameters, double[][] weights, int step, PerturbationOutput kind, bool point, CancellationToken cancel)
    {
        int views = point ? Recipe.Sides.Length : PerturbationFeeds.ViewsOf(Recipe);
        var program = Program(kind, alone: problems.Count * views == 1);
        var parts = Parts(program, problems, parameters, views);
        bool gradient = kind == PerturbationOutput.Gradient;
        Evaluation[] found = [.. parameters.Select(own => new Evaluation { ViewScores = new double[views], Terms = new double[Recipe.Terms.Length], Gradient = gradient ? new float[own.Length] : [] })];
        Batcher.Run(
            parts.Count,
            1,
            _model.Options.Throughput.Threads,
            (index, _) => RunPart(program, parts[index].Part, weights, parts[index].First, step, point, cancel),
            (index, results) =>
            {
                Add(parts[index].Part, results, found.AsSpan(parts[index].First), gradient);
                return true;
            },
            cancel);
        for (int i = 0; i < found.Length; i++)
        {
            found[i].Objective = found[i].Views + found[i].Terms.Zip(weights[i], (term, weight) => term * weight).Sum();
            ThrowUnlessFinite(problems[i], found[i]);
        }

        return found;
    }

    private ImmutableArray<TensorData> RunPart(PerturbationProgram program, ProblemPart part, double[][] weights, int first, int step, bool point, CancellationToken cancel)
    {
        TensorData? keep = null;
        if (Recipe.Composition.UsesInfill && Recipe.Infill.DependsOnMask)
        {
            keep = _feeds.Run(Program(PerturbationOutput.Masks, alone: false), part, step, weights[first..], point, null, cancel)[0];
        }

        var results = _feeds.Run(program, part, step, weights[first..(first + part.Problems.Length)], point, keep, cancel);
        lock (_counts)
        {
            ForwardPasses += part.Items;
            BackwardPasses += program.Seed is null ? 0 : part.Items;
        }

        return results;
    }

    /// <summary>Whole problems where a batch holds all views of one; else some views of one problem.</summary>
    private List<(int First, ProblemPart Part)> Parts(PerturbationProgram program, IReadOnlyList<MaskProblem> problems, float[][] parameters, int views)
    {
        int batch = program.RequiredBatch ?? _model.Options.Throughput.BatchFor(program.BytesPerItem, problems.Count * views);
        int together = program.RequiredBatch is null ? Math.Max(1, batch / views) : 1;
        var parts = new List<(int, ProblemPart)>();
        for (int first = 0; first < problems.Count; first += together)
        {
            int count = Math.Min(together, problems.Count - first);
            ImmutableArray<MaskProblem> own = [.. problems.Skip(first).Take(count)];
            for (int view = 0; view < views; view += batch)
            {
                int some = Math.Min(batch, views - view);
                parts.Add((first, new(own, parameters[first..(first + count)], view, some, program.RequiredBatch is { } required ? required - some : 0)));
            }
        }

        return parts;
    }

    private void Add(ProblemPart part, ImmutableArray<TensorData> results, Span<Evaluation> found, bool gradient)
    {
        var scores = results[0].AsSpan<float>();
        var values = results[1].AsSpan<float>();
        int views = part.Views + part.Padding, length = Shapes.Cells.Count * Recipe.Masks;
        for (int i = 0; i < part.Problems.Length; i++)
        {
            for (int view = 0; view < part.Views; view++)
            {
                found[i].ViewScores[part.FirstView + view] = scores[(i * views) + view];
                found[i].Views += values[(i * views) + view];
            }

            for (int term = 0; term < Recipe.Terms.Length; term++)
            {
                found[i].Terms[term] = results[2 + term].AsSpan<float>()[i];
            }

            if (gradient)
            {
                var sum = found[i].Gradient.AsSpan(0, length);
                TensorPrimitives.Add(sum, results[^1].AsSpan<float>().Slice(i * length, length), sum);
            }
        }
    }

    private void ThrowUnlessFinite(MaskProblem problem, Evaluation evaluation)
    {
        if (!double.IsFinite(evaluation.Objective) || (evaluation.Gradient.Length > 0 && !TensorPrimitives.IsFiniteAll<float>(evaluation.Gradient)))
        {
            throw new UnmaskException($"{_model.Name} gave an objective of {evaluation.Objective} for \"{problem.Target.Label}\" ({_question.Score.Name()}, in-fill {Recipe.Infill}), or a gradient that is not finite: "
                + "the mask cannot be optimised from there. Try another score (--score), another in-fill, or a black-box method (rise, occlusion, lime).");
        }
    }
}
