using System.Collections.Immutable;
using System.Diagnostics;
using System.Numerics.Tensors;

namespace Unmask;

/// <summary>Explanations by maps that do not ask the model: what they have in common.</summary>
internal static class ReferenceExplanation
{
    /// <summary>The same map for every target.</summary>
    /// <param name="explainer">The explainer.</param>
    /// <param name="input">The input.</param>
    /// <param name="targets">At least one.</param>
    /// <param name="options">The explainer's options.</param>
    /// <param name="seed">The seed, if the map is random.</param>
    /// <param name="draw">Makes the map: one number a pixel, or an element where the input is no picture.</param>
    /// <param name="cancel">Ends the work.</param>
    public static IReadOnlyList<Explanation> Of(
        IExplainer explainer,
        ModelInput input,
        IReadOnlyList<Target> targets,
        ImmutableSortedDictionary<string, string> options,
        ulong? seed,
        Func<float[]> draw,
        CancellationToken cancel)
    {
        if (targets.Count == 0)
        {
            throw new ArgumentException("Nothing to explain: give at least one target.", nameof(targets));
        }

        var watch = Stopwatch.StartNew();
        float[] map = draw();
        var cost = new Cost(0, 0, watch.Elapsed);
        nint[] sizes = [.. (input.Layout.IsSpatial ? [input.Layout.Spatial.Height, input.Layout.Spatial.Width] : input.Layout.Sizes.AsEnumerable()).Select(size => (nint)size)];
        var score = explainer.Model.AvailableScores[0];
        float[] scores = explainer.Model.Evaluate(input, score, cancel);
        var prediction = explainer.Model.Predict(input, cancel);
        return [.. targets.Select(target => target.Resolve(prediction)).Select(target => new Explanation
        {
            Attributions = Tensor.Create(map, sizes),
            Kind = input.Layout.IsSpatial ? MapKind.Pixels : MapKind.Elements,
            Target = target,
            Method = explainer.Method,
            Options = options,
            Score = score,
            ScoreValue = target.ScoreOf(scores),
            Signed = false,
            Unit = "no unit",
            Seed = seed,
            Cost = cost,
            Model = explainer.Model.Name,
            Input = input,
            Diagnostics = new() { Notes = ["This map does not ask the model: it is there for comparison only.", .. explainer.Model.Notes] },
        })];
    }
}
