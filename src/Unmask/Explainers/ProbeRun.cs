using System.Collections.Immutable;
using System.Diagnostics;
using System.Numerics.Tensors;

namespace Unmask;

/// <summary>What every probing method does around its masks: predicts, resolves targets, runs the engine, writes down what happened.</summary>
internal sealed class ProbeRun
{
    private readonly IExplainer _explainer;
    private readonly ModelInput _input;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Score _score;
    private readonly Precision _precision;
    private Probing.UsedPrecision _used = Probing.UsedPrecision.AsAsked;

    public ProbeRun(IExplainer explainer, ModelInput input, IReadOnlyList<Target> targets, Score score, CancellationToken cancel, Precision precision = Precision.Float32)
    {
        if (targets.Count == 0)
        {
            throw new ArgumentException("Nothing to explain: give at least one target.", nameof(targets));
        }

        _explainer = explainer;
        _input = input;
        _score = score;
        _precision = precision;
        if (precision == Precision.Int8)
        {
            Probing.Int8Trial.ThrowIfFunction(explainer.Model);
        }

        var prediction = explainer.Model.Predict(input, cancel);
        Targets = [.. targets.Select(target => target.Resolve(prediction))];
        float[] unmasked = explainer.Model.Evaluate(input, score, cancel);
        Unmasked = [.. Targets.Select(target => target.ScoreOf(unmasked))];
    }

    /// <summary>The seed of in-fills that are drawn at random. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>The targets as output indices.</summary>
    public ImmutableArray<ResolvedTarget> Targets { get; }

    /// <summary>Each target's score on the whole input.</summary>
    public ImmutableArray<double> Unmasked { get; }

    /// <summary>Probes with the masks of the law, all or until the estimator has enough.</summary>
    /// <returns>How many were run.</returns>
    public int Probe(MaskLaw law, MaskMap map, Infill infill, ProbeEstimator estimator, IProgress<Step>? progress, string what, CancellationToken cancel)
    {
        var engine = new Probing.ProbeEngine(_explainer.Model);
        (int masks, _used) = engine.Run(new(_input, law, map, infill, _score, Targets, _precision, Seed), estimator, progress, what, cancel);
        return masks;
    }

    /// <summary>Makes one explanation a target.</summary>
    /// <param name="estimator">Holds the attributions.</param>
    /// <param name="masks">How many masked inputs were run.</param>
    /// <param name="describe">Fills in what only the method knows.</param>
    public IReadOnlyList<Explanation> Finish(ProbeEstimator estimator, int masks, Func<Explanation, Explanation> describe)
    {
        var maps = estimator.Result();
        nint[] sizes = [.. estimator.Sizes.Select(size => (nint)size)];
        var cost = new Cost(masks + _used.Passes + 1, 0, _watch.Elapsed);
        return [.. maps.Select((map, index) => WithPrecision(describe(new Explanation
        {
            Attributions = Tensor.Create(map, sizes),
            Kind = sizes.Length == 2 && _input.Layout.IsSpatial ? MapKind.Pixels : MapKind.Elements,
            Target = Targets[index],
            Method = _explainer.Method,
            Options = ImmutableSortedDictionary<string, string>.Empty,
            Score = _score,
            ScoreValue = Unmasked[index],
            Signed = true,
            Unit = _score.Name(),
            Cost = cost,
            Model = _explainer.Model.Name,
            Input = _input,
            Diagnostics = new() { Notes = [.. _explainer.Model.Notes, .. NotesOn(map)] },
        })))];
    }

    private Explanation WithPrecision(Explanation explanation) => _used.Note.Length == 0 ? explanation : explanation with
    {
        Options = _used.Describe(explanation.Options),
        Diagnostics = explanation.Diagnostics with { Notes = [.. explanation.Diagnostics.Notes, _used.Note] },
    };

    private static IEnumerable<string> NotesOn(float[] map)
    {
        float first = map[0];
        if (Array.TrueForAll(map, value => value == first))
        {
            yield return first == 0
                ? "The map is zero everywhere: hiding any part left the score as it was. The score may be saturated (try --score logit) or not depend on the input."
                : "The map is the same everywhere: the masks changed nothing in the score.";
        }
    }
}
