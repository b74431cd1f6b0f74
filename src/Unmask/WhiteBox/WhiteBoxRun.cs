using System.Collections.Immutable;
using System.Diagnostics;
using Unmask.Graphs;

namespace Unmask.WhiteBox;

/// <summary>One recipe on one input: what estimators need of the model, the cost, and the explanations that come of it.</summary>
internal sealed class WhiteBoxRun
{
    private readonly IExplainer _explainer;
    private readonly WhiteBoxRecipe _recipe;
    private readonly IProgress<Step>? _progress;
    private readonly CancellationToken _cancel;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly GradientEngine _engine;
    private readonly Score _score;
    private readonly ImmutableArray<ResolvedCut> _cuts;
    private readonly ResolvedCut _moved;
    private readonly double[] _unchanged;
    private ImmutableArray<int> _fedSizes;
    private float[]? _fed;
    private ImmutableArray<RuleCoverage> _coverage = [];
    private long _total;
    private long _done;
    private long _passes;

    public WhiteBoxRun(IExplainer explainer, ModelInput input, IReadOnlyList<Target> targets, WhiteBoxRecipe recipe, IProgress<Step>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (targets.Count == 0)
        {
            throw new ArgumentException("Nothing to explain: give at least one target.", nameof(targets));
        }

        (_explainer, _recipe, _progress, _cancel, Input) = (explainer, recipe, progress, cancel, input);
        (_cuts, _moved) = (recipe.Cut.Resolve(Model), recipe.Moved.Resolve(Model).Single());
        _score = recipe.Score ?? DefaultScore(Model);
        var prediction = Model.Predict(input, cancel);
        Targets = [.. targets.Select(target => target.Resolve(prediction))];
        float[] scores = Model.Evaluate(input, _score, cancel);
        _unchanged = [.. Targets.Select(target => target.ScoreOf(scores))];
        _engine = new(Model, input, Targets);
    }

    public Model Model => _explainer.Model;

    public ModelInput Input { get; }

    public ImmutableArray<ResolvedTarget> Targets { get; }

    /// <summary>Whether multipliers are taken at the value that is moved, and nowhere else.</summary>
    public bool CutIsFed => _cuts is [var only] && only.Value == _moved.Value;

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
    public void Sample(int points, PointWriter write, SampleReceiver receive)
    {
        bool alone = points * Targets.Length == 1;
        _passes += (long)points * Targets.Length;
        var question = new GradientQuestion(_moved.Value, [.. _cuts.Select(cut => cut.Value)], _score, _recipe.Rules, alone) { SecondRules = _recipe.SecondRules };
        _coverage = Model.GradientProgram(question).Coverage;
        _engine.Run(question, FedSizes, points, write, Receive, _cancel);

        void Receive(int point, int target, GradientSample sample)
        {
            if (!sample.Relevance.IsEmpty && !_recipe.Estimator.TakesRelevance)
            {
                throw new UnmaskException("The rule set gives its first layer relevance that is no multiplier (flat, wsquare, zbox), which cannot be averaged along a path. Use another rule there, or no path.");
            }

            receive(point, target, sample);
            _done = Math.Min(_done + 1, _total);
            _progress?.Report(new Step(_done, _total, _recipe.What));
        }
    }

    /// <summary>Makes attributions of what was found at the cuts.</summary>
    /// <param name="sizes">The axes of each.</param>
    /// <param name="multiplier">Their multipliers, end to end.</param>
    /// <param name="value">Their values, end to end.</param>
    /// <param name="integral">What a path integrated, end to end; <c>null</c>: value times multiplier.</param>
    /// <param name="relevance">Relevance that is no multiple of the values, end to end; <c>null</c>: none.</param>
    /// <param name="second">The multipliers of the second rule set, end to end; <c>null</c>: there are none.</param>
    public Estimate Aggregate(ImmutableArray<ImmutableArray<int>> sizes, float[] multiplier, float[] value, float[]? integral = null, float[]? relevance = null, float[]? second = null)
    {
        var states = ImmutableArray.CreateBuilder<CutState>(sizes.Length);
        int from = 0;
        for (int i = 0; i < sizes.Length; i++)
        {
            int to = from + sizes[i].Aggregate(1, (product, size) => product * size);
            states.Add(new()
            {
                Multiplier = multiplier[from..to],
                Value = value[from..to],
                Integral = integral?[from..to],
                Relevance = relevance?[from..to],
                SecondMultiplier = second?[from..to],
                Sizes = sizes[i],
                Grid = GridOf(_cuts[i], sizes[i]),
                Attention = _cuts[i].Attention,
                Name = _cuts[i].Value,
                Input = Input,
            });
            from = to;
        }

        var map = _recipe.Aggregator.Apply(states.ToImmutable());
        return new() { Values = map.Values, Form = map.Form, Sizes = sizes[0], Grid = map.Grid ?? states[0].Grid, Notes = map.Notes };
    }

    /// <summary>Runs the recipe.</summary>
    /// <param name="options">The method's settings.</param>
    /// <param name="complete">Fills in what only the method knows; <c>null</c>: nothing.</param>
    public IReadOnlyList<Explanation> Explain(ImmutableSortedDictionary<string, string> options, Func<Explanation, Explanation>? complete = null)
    {
        _total = _recipe.Estimator.PointsPerItem * Targets.Length;
        _progress?.Report(new Step(0, _total, _recipe.What));
        var estimates = new Estimate[Targets.Length];
        _recipe.Estimator.Run(this, 1, (_, value) => Fed.CopyTo(value), (_, target, estimate) => estimates[target] = estimate);
        if (_done < _total)
        {
            _progress?.Report(new Step(_total, _total, _recipe.What));
        }

        var cost = new Cost(_passes + 1, _recipe.SecondRules is null ? _passes : 2 * _passes, _watch.Elapsed);
        var form = new ExplanationForm(Model, _cuts[0], _moved, _recipe);
        return [.. estimates.Select((estimate, target) => form.Of(estimate, new Explanation
        {
            Attributions = System.Numerics.Tensors.Tensor.Create<float>([0], [1]),
            Kind = MapKind.Elements,
            Target = Targets[target],
            Method = _explainer.Method,
            Options = options,
            Score = _score,
            ScoreValue = _unchanged[target],
            Signed = _recipe.Signed,
            Unit = _recipe.Unit ?? _score.Name(),
            Cost = cost,
            Model = Model.Name,
            Input = Input,
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

    /// <summary>What is moved, computed of an input.</summary>
    private float[] ValueAt(ModelInput input)
    {
        if (_moved.IsInput)
        {
            _fedSizes = Input.Layout.Sizes;
            return input.Array;
        }

        var (value, sizes) = Model.ValueOf(_moved.Value, input, _cancel);
        _passes++;
        _fedSizes = sizes;
        return value;
    }
}
