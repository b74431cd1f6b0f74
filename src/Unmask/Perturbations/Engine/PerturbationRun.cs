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
        if (_recipe.Search is not { } search)
        {
            var watches = Problems.Select(_ => new ProblemWatch(_recipe)).ToArray();
            return Found(Descend(Problems, watches, 0, null), watches, null);
        }

        var searches = Problems.Select(_ => new BalanceSearch(search)).ToArray();
        for (int round = 0; round < search.Rounds; round++)
        {
            RunRound(search, searches, round);
        }

        return Found([.. searches.Select(each => each.Parameters)], [.. searches.Select(each => each.Watch!)], searches);
    }

    /// <summary>One descent of each problem at its balance.</summary>
    private void RunRound(WeightSearch search, BalanceSearch[] searches, int round)
    {
        double[] balances = [.. searches.Select(each => each.Balance)];
        ImmutableArray<MaskProblem> problems = search.DividesTerms ? Problems : [.. Problems.Select((problem, i) => problem with { ScoreFactor = balances[i] })];
        ProblemWatch[] watches = [.. balances.Select(balance => new ProblemWatch(_recipe, search.DividesTerms ? 1 / balance : 1))];
        bool Succeeds(int problem, Evaluation found) => search.Succeeds(found.MeanScore, WholeScoreOf(problem));
        void Offer(int problem, float[] parameters, Evaluation found)
        {
            if (Succeeds(problem, found))
            {
                searches[problem].Offer(parameters, PriceOf(parameters, found), watches[problem]);
            }
        }

        float[][] ends = Descend(problems, watches, round, (step, descent, parameters, active, found) =>
        {
            // What a solver would return may not be where it takes the gradient: it is only asked about where that point succeeds.
            int[] others = [.. Enumerable.Range(0, active.Length).Where(i => Succeeds(active[i], found[i])).Select(i => active[i]).Where(problem => descent.Result(problem, parameters[problem]) != parameters[problem])];
            var atResults = others.Length == 0 ? [] : Evaluate(problems, others, [.. others.Select(problem => descent.Result(problem, parameters[problem]))], watches, step, ofMask: true);
            for (int i = 0; i < active.Length; i++)
            {
                int problem = active[i], other = Array.IndexOf(others, problem);
                Offer(problem, descent.Result(problem, parameters[problem]), other < 0 ? found[i] : atResults[other]);
            }
        });
        int[] all = [.. Enumerable.Range(0, problems.Length)];
        var last = Evaluate(problems, all, ends, watches, _recipe.Steps - 1, ofMask: true);
        foreach (int problem in all)
        {
            Offer(problem, ends[problem], last[problem]);
            searches[problem].EndRound(ends[problem], Succeeds(problem, last[problem]), watches[problem]);
        }
    }

    /// <summary>Terms at their first weights, and what the solver adds: what the size of a mask is compared by, whatever the balance.</summary>
    private double PriceOf(float[] parameters, Evaluation found) =>
        _recipe.Terms.Select((term, i) => term.Weight.Start * found.Terms[i]).Sum() + _recipe.Solver.Price(parameters.AsSpan(0, Shapes.Cells.Count * _recipe.Masks));

    private double WholeScoreOf(int problem)
    {
        int target = problem / _recipe.Variants;
        return Targets[target / Targets[0].All.Length].ScoresAtInput[target % Targets[0].All.Length];
    }

    private delegate void StepObserver(int step, MaskDescent descent, float[][] parameters, int[] active, Evaluation[] found);

    /// <summary>Changes the parameters step by step, and returns the last.</summary>
    private float[][] Descend(ImmutableArray<MaskProblem> problems, ProblemWatch[] watches, int round, StepObserver? observe)
    {
        int length = _bounds.Padded, rounds = _recipe.Search?.Rounds ?? 1, own = Shapes.Cells.Count * _recipe.Masks;
        float[][] parameters = [.. problems.Select(problem => StartOf(problem))];
        float[][] gradients = [.. problems.Select(_ => new float[length])];
        var descent = _recipe.Solver.Start(problems.Length, length, _recipe.Steps);
        for (int step = 0; step < _recipe.Steps && watches.Any(watch => !watch.Stopped); step++)
        {
            _cancel.ThrowIfCancellationRequested();
            int[] active = [.. Enumerable.Range(0, watches.Length).Where(index => !watches[index].Stopped)];
            var weights = active.Select(index => watches[index].Weights(step)).ToArray();
            var found = _engine.Differentiate([.. active.Select(index => problems[index])], [.. active.Select(index => parameters[index])], weights, step, _cancel);
            for (int i = 0; i < active.Length; i++)
            {
                found[i].Objective += _recipe.Solver.Price(parameters[active[i]].AsSpan(0, own));
                found[i].Gradient.CopyTo(gradients[active[i]].AsSpan());
                watches[active[i]].Observe(step, found[i]);
            }

            observe?.Invoke(step, descent, parameters, active, found);
            _progress?.Report(new Step((round * _recipe.Steps) + step, rounds * _recipe.Steps, "steps") { Objective = found.Average(each => each.Objective) });
            active = [.. active.Where(index => !watches[index].Stopped)];
            descent.Step(StepOf(problems, step, active, parameters, gradients, watches));
        }

        _progress?.Report(new Step((round + 1) * _recipe.Steps, rounds * _recipe.Steps, "steps") { Objective = watches.Average(watch => watch.History[^1]) });
        return [.. parameters.Select((each, problem) => descent.Result(problem, each))];
    }

    private DescentStep StepOf(ImmutableArray<MaskProblem> all, int number, int[] active, float[][] parameters, float[][] gradients, ProblemWatch[] watches) => new()
    {
        Number = number,
        Active = active,
        Parameters = parameters,
        Gradients = gradients,
        Confine = (problem, own) => _bounds.Confine(Problems[problem], own),
        Objectives = (problems, candidates, ofMask) => [.. Evaluate(all, problems, candidates, watches, number, ofMask).Select(each => each.Objective)],
        Now = (problems, ofMask) =>
        {
            if (!ofMask)
            {
                return [.. problems.Select(problem => watches[problem].History[^1])];
            }

            var found = Evaluate(all, problems, [.. problems.Select(problem => parameters[problem])], watches, number, ofMask);
            for (int i = 0; i < found.Length; i++)
            {
                watches[problems[i]].ObserveMask(found[i].MeanScore);
            }

            return [.. found.Select(each => each.Objective)];
        },
        Stop = (problem, reason) => watches[problem].Stop(reason),
        Repeats = !_recipe.IsRandom,
    };

    private Evaluation[] Evaluate(ImmutableArray<MaskProblem> all, IReadOnlyList<int> problems, float[][] parameters, ProblemWatch[] watches, int step, bool ofMask) =>
        _engine.Evaluate([.. problems.Select(index => all[index])], parameters, [.. problems.Select(index => watches[index].Weights(step))], step, _cancel, ofMask);

    private OptimizedMask[] Found(float[][] parameters, ProblemWatch[] watches, BalanceSearch[]? searches)
    {
        int last = _recipe.Steps - 1, count = Shapes.Masks.Count;
        var ends = _engine.Evaluate(Problems, parameters, [.. watches.Select(watch => watch.Weights(last))], last, _cancel);
        var objectives = _engine.Evaluate(Problems, parameters, [.. watches.Select(watch => watch.Weights(last))], last, _cancel, ofMask: false);
        float[][] masks = _engine.Masks(Problems, parameters, _cancel), canvases = _engine.Canvases(Problems, parameters, _cancel);
        bool adds = _recipe.Readout == MaskReadout.Added;
        return [.. Problems.Select((problem, i) => new OptimizedMask
        {
            Variant = NameOf(problem.Variant),
            Mask = [.. masks[i].AsSpan(^count..)],
            Kept = adds ? masks[i].AsSpan(^count..).ToArray().Count(value => value != 0) / (double)count : masks[i].AsSpan(^count..).ToArray().Average(),
            Area = canvases[i].Average(),
            Scores = [.. ends[i].ViewScores],
            Objective = objectives[i].Objective + _recipe.Solver.Price(parameters[i].AsSpan(0, Shapes.Cells.Count * _recipe.Masks)),
            Perturbed = problem.Prepared.Length > 0 && count == problem.Site.Layout.Count && problem.Site.IsInput ? [.. _recipe.Composition.Compose(problem.Prepared, masks[i][^count..]) ?? []] : [],
            Trials = searches is null ? [] : [.. searches[i].Trials],
            Succeeded = searches is null || double.IsFinite(searches[i].Price),
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
        if (Problems.Any(problem => !problem.Site.Layout.Equals(site.Layout)) || (Inputs.Length > 1 && (map.SharedFeeds.Count > 0 || _model.Inputs.Length > 1)))
        {
            throw new UnmaskException("Inputs of different sizes, with segments of their own, or with further inputs beside them, cannot share one optimisation: explain them one after the other.");
        }

        return map;
    }
}
