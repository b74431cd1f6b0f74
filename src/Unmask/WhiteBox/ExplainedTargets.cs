using System.Collections.Immutable;

namespace Unmask.WhiteBox;

/// <summary>The targets of a run with their scores at the explained input: classes of a score, or units of one inner layer.</summary>
internal sealed class ExplainedTargets
{
    private ExplainedTargets(ImmutableArray<ResolvedTarget> all, double[] scores, Score score)
    {
        (All, ScoresAtInput, Score) = (all, scores, score);
    }

    /// <summary>The targets.</summary>
    public ImmutableArray<ResolvedTarget> All { get; }

    /// <summary>Their scores at the explained input.</summary>
    public double[] ScoresAtInput { get; }

    /// <summary>The space of the score; of units <see cref="Score.Output"/>.</summary>
    public Score Score { get; }

    /// <summary>The layer of the units; <c>null</c>: classes are explained.</summary>
    public string? Layer => All[0].Layer;

    /// <summary>The layer through which scores are followed; <c>null</c>: every way.</summary>
    public string? Through => All[0].Through?.Layer;

    /// <summary>What should be known of each target in a quantised model, as a whole sentence; <c>null</c>: nothing.</summary>
    public string? NoteOn(int target, Model model, ModelInput input, CancellationToken cancel) => Layer is null
        ? model.QuantizationNote(input, scores => All[target].ScoreOf(scores), Score, cancel)
        : ((OnnxCore)model.Core).Differentiable == model.Core ? model.OnnxCore.DifferentiableNote
        : "The model computes in integers: the unit was explained in the float model that it stands for.";

    /// <summary>What the scores are measured in.</summary>
    public string Unit => Layer is null ? Score.Name() : "activation";

    /// <summary>Finds them.</summary>
    /// <param name="targets">As they were asked for.</param>
    /// <param name="asked">The score that was asked for; <c>null</c>: the model's default.</param>
    /// <param name="model">The model.</param>
    /// <param name="input">The explained input.</param>
    /// <param name="cancel">Ends the runs.</param>
    /// <exception cref="UnmaskException">Units of several layers, or units and classes, are asked for at once; or a score of a unit.</exception>
    public static ExplainedTargets Find(IReadOnlyList<Target> targets, Score? asked, Model model, ModelInput input, CancellationToken cancel)
    {
        var prediction = model.Predict(input, cancel);
        if (targets.Any(target => target.IsUnit))
        {
            return OfUnits(targets, asked, model, input, cancel);
        }

        var score = asked ?? WhiteBoxRun.DefaultScore(model);
        float[] scores = model.Evaluate(input, score, cancel);
        ImmutableArray<ResolvedTarget> found = [.. targets.Select(target => Passing(target, target.ResolveClass(prediction), model, input, cancel))];
        ThrowUnlessAlike(found, found.Select(target => target.Through?.Layer));
        return new(found, [.. found.Select(target => target.ScoreOf(scores))], score);
    }

    /// <summary>Units of one layer that were found already.</summary>
    /// <param name="units">The units, at least one.</param>
    /// <param name="values">The layer's values at the explained input.</param>
    public static ExplainedTargets Of(ImmutableArray<LayerUnit> units, float[] values) => new(
        [.. units.Select(unit => new ResolvedTarget(unit.Elements[0], null, unit.Layer, null) { Unit = unit })], [.. units.Select(unit => unit.SumOf(values))], Score.Output);

    private static ExplainedTargets OfUnits(IReadOnlyList<Target> targets, Score? asked, Model model, ModelInput input, CancellationToken cancel)
    {
        if (asked is { } score and not Score.Output)
        {
            throw new UnmaskException($"A unit of an inner layer has no {score.Name()}: what is explained is its activation. Leave the score out.");
        }

        if (!targets.All(target => target.IsUnit))
        {
            throw new UnmaskException("Classes and units of inner layers cannot be explained in one call: ask for them one after the other.");
        }

        var found = targets.Select(target => (Text: target.UnitText!, Found: LayerUnit.Find(target.UnitText!, model, input, cancel))).ToList();
        ImmutableArray<ResolvedTarget> all = [.. found.Select(one => new ResolvedTarget(one.Found.Unit.Elements[0], null, one.Text, null) { Unit = one.Found.Unit })];
        ThrowUnlessAlike(all, all.Select(target => target.Layer));
        return new(all, [.. found.Select(one => one.Found.Unit.SumOf(one.Found.Values))], Score.Output);
    }

    private static ResolvedTarget Passing(Target target, ResolvedTarget resolved, Model model, ModelInput input, CancellationToken cancel) => target.UnitText is not { } text
        ? resolved
        : resolved with { Through = LayerUnit.Find(text, model, input, cancel).Unit, Label = $"{resolved.Label} via {text}" };

    private static void ThrowUnlessAlike(ImmutableArray<ResolvedTarget> targets, IEnumerable<string?> layers)
    {
        if (layers.Distinct().Count() > 1)
        {
            throw new UnmaskException($"The targets {string.Join(", ", targets.Select(target => $"\"{target.Label}\""))} name different inner layers, which cannot be explained in one call: ask for them one after the other.");
        }
    }
}
