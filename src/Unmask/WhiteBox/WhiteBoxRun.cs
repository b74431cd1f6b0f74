using System.Collections.Immutable;
using System.Diagnostics;
using Unmask.Graphs;

namespace Unmask.WhiteBox;

/// <summary>One recipe on one input: what estimators need of the model, the cost, and the explanations that come of it.</summary>
internal sealed partial class WhiteBoxRun
{
    private readonly IExplainer _explainer;
    private readonly WhiteBoxRecipe _recipe;
    private readonly IProgress<Step>? _progress;
    private readonly CancellationToken _cancel;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly GradientEngine _engine;
    private readonly ImmutableArray<ResolvedCut> _cuts;
    private readonly WalkObservation? _observes;
    private readonly ResolvedCut _moved;
    private readonly ExplainedTargets _targets;
    private readonly Dictionary<string, LayerAtItem> _layers = new(StringComparer.Ordinal);
    private ImmutableArray<int> _fedSizes;
    private float[]? _fed;
    private ImmutableArray<RuleCoverage> _coverage = [];
    private long _total;
    private long _done;
    private long _passes;
    private long _forwardOnly;
    private long _referencePasses;

    public WhiteBoxRun(IExplainer explainer, ModelInput input, IReadOnlyList<Target> targets, WhiteBoxRecipe recipe, IProgress<Step>? progress, CancellationToken cancel)
        : this(explainer, input, () => ExplainedTargets.Find(AtLeastOne(targets), recipe.Score, explainer.Model, input, cancel), recipe, progress, cancel)
    {
    }

    /// <summary>Starts with targets that are found when the cuts are.</summary>
    public WhiteBoxRun(IExplainer explainer, ModelInput input, Func<ExplainedTargets> targets, WhiteBoxRecipe recipe, IProgress<Step>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(input);
        (_explainer, _recipe, _progress, _cancel, Input) = (explainer, recipe, progress, cancel, input);
        (_cuts, _moved) = (recipe.Cut.Resolve(Model), recipe.Moved.Resolve(Model).Single());
        _observes = recipe.Observes?.Invoke(Model, input);
        _targets = targets();
        _engine = new(Model, input, recipe.Contrastive ? [.. Targets.Select(target => target with { AgainstOthers = true })] : Targets);
    }

    public Model Model => _explainer.Model;

    /// <summary>The method's id.</summary>
    public string Method => _explainer.Method;

    public ModelInput Input { get; }

    public ImmutableArray<ResolvedTarget> Targets => _targets.All;

    /// <summary>The values at which multipliers are taken.</summary>
    public ImmutableArray<ResolvedCut> Cuts => _cuts;

    /// <summary>The space of the score.</summary>
    public Score Score => _targets.Score;

    /// <summary>Whether multipliers are taken at the value that is moved, and nowhere else.</summary>
    public bool CutIsFed => _cuts is [var only] && only.Value == _moved.Value && _observes is null;

    /// <summary>Whether attributions may add up to the score's difference: not where only a part of it is followed back.</summary>
    public bool PromisesSum => _targets.Through is null;

    /// <summary>Whether the attributions are the path's integral.</summary>
    public bool AttributesIntegral => _recipe.Aggregator.UsesIntegral;

    /// <summary>The number of elements of one item of what is moved.</summary>
    public int FedLength => Fed.Length;

    /// <summary>The axes of one item of what is moved.</summary>
    public ImmutableArray<int> FedSizes => Fed is null ? [] : _fedSizes;

    /// <summary>The value that is moved, at the explained input.</summary>
    private float[] Fed => _fed ??= ValueAt(Input);

    /// <summary>The score that is explained unless another is asked for.</summary>
    public static Score DefaultScore(Model model) =>
        new[] { Score.Logit, Score.Probability, Score.Output }.First(score => model.AvailableScores.Contains(score));

    /// <summary>The value that is moved, at a baseline of the model's input: of token ids the embedding of the baseline's token.</summary>
    public float[] FedAt(Infill baseline)
    {
        return _moved.IsInput ? baseline.For(Input) : ValueAt(new ModelInput(baseline.For(Input), Input.Layout, Input.Preprocessing) { Others = Input.Others });
    }

    /// <summary>Takes multipliers at points, for every target.</summary>
    /// <param name="points">How many.</param>
    /// <param name="write">Writes them.</param>
    /// <param name="receive">Takes what they gave.</param>
    /// <param name="reference">Writes what rules compare each with; <c>null</c>: nothing.</param>
    public void Sample(int points, PointWriter write, SampleReceiver receive, PointWriter? reference = null)
    {
        bool alone = points * Targets.Length == 1;
        _passes += (long)points * Targets.Length;
        _referencePasses += reference is null ? 0 : (long)points * Targets.Length;
        var question = new GradientQuestion(_moved.Value, [.. _cuts.Select(cut => cut.Value)], _targets.Score, _recipe.Rules, alone, HasReference: reference is not null)
        {
            Layer = _targets.Layer,
            Through = _targets.Through,
            Observes = _observes,
            SecondRules = _recipe.SecondRules,
        };
        _coverage = _engine.Run(question, FedSizes, points, write, Receive, _cancel, reference);

        void Receive(int point, int target, GradientSample sample)
        {
            if (!sample.Relevance.IsEmpty && !_recipe.Estimator.TakesRelevance)
            {
                throw new UnmaskException("The rule set gives its first layer relevance that is no multiplier (flat, wsquare, zbox), which cannot be averaged along a path. Use another rule there, or no path.");
            }

            receive(point, target, sample);
            Advance(1);
        }
    }

    /// <summary>Makes attributions of what was found at the cuts.</summary>
    public Estimate Aggregate(CutsFound found)
    {
        var states = ImmutableArray.CreateBuilder<CutState>(found.Sizes.Length);
        int from = 0;
        for (int i = 0; i < found.Sizes.Length; i++)
        {
            // What was observed on the way stands behind the cuts.
            var cut = i < _cuts.Length ? _cuts[i] : new ResolvedCut(_observes!.Outputs[i - _cuts.Length], IsInput: false);
            int to = from + found.Sizes[i].Aggregate(1, (product, size) => product * size);
            states.Add(found.At(i, from..to, cut, GridOf(cut, found.Sizes[i]), Input));
            from = to;
        }

        var map = _recipe.Aggregator.Apply(states.ToImmutable());
        return new()
        {
            Values = map.Values,
            Form = map.Form,
            Sizes = found.Sizes[0],
            Grid = map.Grid ?? states[0].Grid,
            Gap = map.Sum + map.Apart - found.Score,
            Difference = map.Sum is null ? null : found.Score - map.Apart,
            Notes = map.Notes,
        };
    }

    /// <summary>Runs the recipe.</summary>
    /// <param name="options">The method's settings.</param>
    /// <param name="complete">Fills in what only the method knows; <c>null</c>: nothing.</param>
    public IReadOnlyList<Explanation> Explain(ImmutableSortedDictionary<string, string> options, Func<Explanation, Explanation>? complete = null)
    {
        _total = _recipe.Estimator.StepsFor(this);
        _progress?.Report(new Step(0, _total, _recipe.What));
        var estimates = new Estimate[Targets.Length];
        _recipe.Estimator.Run(this, 1, (_, value) => Fed.CopyTo(value), (_, target, estimate) => estimates[target] = PromisesSum ? estimate : estimate with { Gap = null, Difference = null });
        if (_done < _total)
        {
            _progress?.Report(new Step(_total, _total, _recipe.What));
        }

        var cost = new Cost(_passes + _referencePasses + _forwardOnly + 1, _recipe.SecondRules is null ? _passes : 2 * _passes, _watch.Elapsed);
        var form = new ExplanationForm(Model, _cuts[0], _moved, _recipe);
        return [.. estimates.Select((estimate, target) => form.Of(estimate, new Explanation
        {
            Attributions = System.Numerics.Tensors.Tensor.Create<float>([0], [1]),
            Kind = MapKind.Elements,
            Target = Targets[target],
            Method = _explainer.Method,
            Options = options,
            Score = _targets.Score,
            ScoreValue = _targets.ScoresAtInput[target],
            Signed = _recipe.Signed,
            Unit = _recipe.Unit ?? _targets.Unit,
            Cost = cost,
            Model = Model.Name,
            Input = Input,
            Diagnostics = new() { Notes = [.. new[] { _targets.NoteOn(target, Model, Input, _cancel) }.OfType<string>()] },
        })).Select(WithRules).Select(explanation => complete?.Invoke(explanation) ?? explanation)];
    }

    /// <summary>How a cut lies on the picture; of an attention map, how the tokens do that are looked at.</summary>
    private LayerGrid? GridOf(ResolvedCut cut, ImmutableArray<int> sizes) => cut switch
    {
        { IsInput: true } => GridOf(Input.Layout),
        { Attention: not null } => Model.OnnxCore.Layers.TokenGridOf(sizes[^1]),
        _ => Model.OnnxCore.Layers.GridOf(cut.Value, sizes),
    };

    /// <summary>Which rule covered what, unless all is the derivative.</summary>
    private Explanation WithRules(Explanation explanation) => _recipe.Rules == RuleSet.Gradient && _recipe.SecondRules is null ? explanation
        : explanation with { Diagnostics = explanation.Diagnostics with { Rules = RuleUse.Of(_coverage) } };

    private static LayerGrid? GridOf(InputLayout layout) => !layout.IsSpatial ? null
        : new(layout.Spatial.Height, layout.Spatial.Width, layout.Order == AxisOrder.ChannelsFirst ? GridAxes.ChannelsFirst : GridAxes.ChannelsLast);

    private static IReadOnlyList<Target> AtLeastOne(IReadOnlyList<Target> targets) =>
        targets.Count > 0 ? targets : throw new ArgumentException("Nothing to explain: give at least one target.", nameof(targets));

    private void Advance(int steps)
    {
        _done = Math.Min(_done + steps, _total);
        _progress?.Report(new Step(_done, _total, _recipe.What));
    }

    /// <summary>What is moved, computed of an input.</summary>
    private float[] ValueAt(ModelInput input)
    {
        if (_moved.IsInput)
        {
            _fedSizes = Input.Layout.Sizes;
            return input.Array;
        }

        var (value, sizes) = Model.ValueOf(_moved.Value, input, _cancel);
        _forwardOnly++;
        _fedSizes = sizes;
        return value;
    }
}
