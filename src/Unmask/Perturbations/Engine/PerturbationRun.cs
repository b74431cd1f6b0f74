using System.Collections.Immutable;
using System.Diagnostics;
using Unmask.WhiteBox;

namespace Unmask.Perturbations;

/// <summary>One recipe on some inputs: the problems, their descent, and what came of it.</summary>
internal sealed class PerturbationRun
{
    private readonly Model _model;
    private readonly PerturbationRecipe _recipe;
    private readonly IProgress<Step>? _progress;
    private readonly CancellationToken _cancel;
    private readonly PerturbationEngine _engine;
    private readonly ParameterBounds _bounds;

    /// <summary>Sets up the problems of inputs and targets.</summary>
    public PerturbationRun(Model model, IReadOnlyList<ModelInput> inputs, IReadOnlyList<Target> targets, PerturbationRecipe recipe, IProgress<Step>? progress, CancellationToken cancel)
    {
        if (targets.Count == 0 || inputs.Count == 0)
        {
            throw new ArgumentException("Nothing to explain: give at least one input and one target.", nameof(targets));
        }

        (_model, _recipe, _progress, _cancel, Inputs) = (model, recipe, progress, cancel, [.. inputs]);
        Targets = [.. inputs.Select(input => ExplainedTargets.Find(targets, recipe.Score, model, input, cancel))];
        if (Targets[0].Through is { } through)
        {
            throw new UnmaskException($"A mask changes the whole input, so that a score through \"{through}\" alone cannot be explained by it: give a class, or a unit of a layer.");
        }

        var sites = new SiteValues(model, recipe, cancel);
        Problems = [.. inputs.SelectMany((input, i) => sites.ProblemsOf(input, Targets[i].All, recipe.Variants)).Select((problem, index) => problem with { Index = index })];
        var site = Problems[0].Site;
        var map = MapFor(site);
        var question = new PerturbationQuestion(recipe, site, map, Targets[0].Score, PerturbationOutput.Gradient, Alone: false)
        {
            Shapes = model.OnnxCore.LoopShapes(inputs[0]),
            Layer = Targets[0].Layer,
        };
        _engine = new(model, question, Targets[0].All[0].Unit?.Length ?? model.ClassCount(inputs[0], Targets[0].Score));
        _bounds = new(recipe, _engine.Shapes.Cells.Count);
        Passes = sites.Passes;
    }

    /// <summary>The inputs.</summary>
    public ImmutableArray<ModelInput> Inputs { get; }

    /// <summary>Each input's targets.</summary>
    public ImmutableArray<ExplainedTargets> Targets { get; }

    /// <summary>Every problem: by input, target, then variant.</summary>
    public ImmutableArray<MaskProblem> Problems { get; }

    /// <summary>What evaluates the problems.</summary>
    public PerturbationEngine Engine => _engine;

    /// <summary>The axes of masks.</summary>
    public MaskShapes Shapes => _engine.Shapes;

    /// <summary>Forward passes that were run beside the engine's.</summary>
    public long Passes { get; private set; }

    /// <summary>All forward passes.</summary>
    public long ForwardPasses => Passes + Inputs.Length + _engine.ForwardPasses;

    /// <summary>All backward passes.</summary>
    public long BackwardPasses => _engine.BackwardPasses;

    /// <summary>Finds the masks.</summary>
    public OptimizedMask[] Solve()
    {
        int length = _bounds.Padded;
        float[][] parameters = [.. Problems.Select(problem => StartOf(problem))];
        float[][] gradients = [.. Problems.Select(_ => new float[length])];
        var watches = Problems.Select(problem => new ProblemWatch(_recipe)).ToArray();
        var descent = _recipe.Solver.Start(Problems.Length, length, _recipe.Steps);
        for (int step = 0; step < _recipe.Steps && watches.Any(watch => !watch.Stopped); step++)
        {
            _cancel.ThrowIfCancellationRequested();
            int[] active = [.. Enumerable.Range(0, watches.Length).Where(index => !watches[index].Stopped)];
            var weights = active.Select(index => watches[index].Weights(step)).ToArray();
            var found = _engine.Differentiate([.. active.Select(index => Problems[index])], [.. active.Select(index => parameters[index])], weights, step, _cancel);
            for (int i = 0; i < active.Length; i++)
            {
                found[i].Gradient.CopyTo(gradients[active[i]].AsSpan());
                watches[active[i]].Observe(step, found[i]);
            }

            _progress?.Report(new Step(step, _recipe.Steps, "steps") { Objective = found.Average(each => each.Objective) });
            active = [.. active.Where(index => !watches[index].Stopped)];
            descent.Step(StepOf(step, active, parameters, gradients, watches));
        }

        _progress?.Report(new Step(_recipe.Steps, _recipe.Steps, "steps") { Objective = watches.Average(watch => watch.History[^1]) });
        return Found([.. parameters.Select((own, problem) => descent.Result(problem, own))], watches);
    }

    private DescentStep StepOf(int number, int[] active, float[][] parameters, float[][] gradients, ProblemWatch[] watches) => new()
    {
        Number = number,
        Active = active,
        Parameters = parameters,
        Gradients = gradients,
        Confine = (problem, own) => _bounds.Confine(Problems[problem], own),
        Objectives = (problems, candidates, ofMask) => [.. Evaluate(problems, candidates, watches, number, ofMask).Select(each => each.Objective)],
        Now = (problems, ofMask) =>
        {
            if (!ofMask)
            {
                return [.. problems.Select(problem => watches[problem].History[^1])];
            }

            var found = Evaluate(problems, [.. problems.Select(problem => parameters[problem])], watches, number, ofMask);
            for (int i = 0; i < found.Length; i++)
            {
                watches[problems[i]].ObserveMask(found[i].MeanScore);
            }

            return [.. found.Select(each => each.Objective)];
        },
        Stop = (problem, reason) => watches[problem].Stop(reason),
        Repeats = !_recipe.IsRandom,
    };

    private Evaluation[] Evaluate(IReadOnlyList<int> problems, float[][] parameters, ProblemWatch[] watches, int step, bool ofMask) =>
        _engine.Evaluate([.. problems.Select(index => Problems[index])], parameters, [.. problems.Select(index => watches[index].Weights(step))], step, _cancel, ofMask);

    private OptimizedMask[] Found(float[][] parameters, ProblemWatch[] watches)
    {
        int last = _recipe.Steps - 1, count = Shapes.Masks.Count;
        var ends = _engine.Evaluate(Problems, parameters, [.. watches.Select(watch => watch.Weights(last))], last, _cancel);
        float[][] masks = _engine.Masks(Problems, parameters, _cancel), canvases = _engine.Canvases(Problems, parameters, _cancel);
        return [.. Problems.Select((problem, i) => new OptimizedMask
        {
            Variant = NameOf(problem.Variant),
            Mask = [.. masks[i].AsSpan(^count..)],
            Kept = masks[i].AsSpan(^count..).ToArray().Average(),
            Area = canvases[i].Average(),
            Scores = [.. ends[i].ViewScores],
            Objective = ends[i].Objective,
            Steps = watches[i].History.Count,
            StopReason = watches[i].StopReason ?? "all steps were taken",
            History = [.. watches[i].History],
            ScoreHistory = [.. watches[i].Scores],
            Parameters = [.. parameters[i].AsSpan(0, Shapes.Cells.Count * _recipe.Masks)],
        })];
    }

    private string NameOf(int variant) => string.Join(", ", _recipe.Terms.Where(term => term.Variants > 1 || term is AreaTerm).Select(term => term.VariantName(variant)));

    private float[] StartOf(MaskProblem problem)
    {
        float[] parameters = new float[_bounds.Padded];
        var own = parameters.AsSpan(0, Shapes.Cells.Count * _recipe.Masks);
        _recipe.Start.Write(own, problem.Number, problem.Variant, _recipe.Seed);
        if (_recipe.Start.SearchesDisc)
        {
            new DiscSearch(_engine, _recipe).Find(problem, own, _cancel);
        }

        _bounds.Confine(problem, parameters);
        return parameters;
    }

    private MaskMap MapFor(MaskSite site)
    {
        var map = _recipe.Map(site);
        if (Problems.Any(problem => !problem.Site.Layout.Equals(site.Layout)) || (Inputs.Length > 1 && map.SharedFeeds.Count > 0))
        {
            throw new UnmaskException("Inputs of different sizes, or with segments of their own, cannot share one optimisation: explain them one after the other.");
        }

        return map;
    }
}
