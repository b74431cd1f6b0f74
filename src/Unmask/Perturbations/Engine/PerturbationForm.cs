using System.Collections.Immutable;
using System.Globalization;
using System.Numerics.Tensors;
using Unmask.WhiteBox;

namespace Unmask.Perturbations;

/// <summary>Makes explanations of the masks that were found.</summary>
internal sealed class PerturbationForm(IExplainer explainer, PerturbationRecipe recipe, PerturbationRun run, ImmutableSortedDictionary<string, string> options, TimeSpan elapsed)
{
    // A few elements are changed far more than all others.
    private const double AddedPercentile = 99;

    /// <summary>Areas are promised to within this.</summary>
    public const double AreaTolerance = 0.01;

    /// <summary>The explanation of one target of one input.</summary>
    /// <param name="input">Which input.</param>
    /// <param name="target">Which target.</param>
    /// <param name="masks">Those of its problems.</param>
    /// <param name="cancel">Ends the runs that notes need.</param>
    public Explanation Of(int input, int target, ImmutableArray<OptimizedMask> masks, CancellationToken cancel)
    {
        var (targets, site) = (run.Targets[input], run.Problems[0].Site);
        var extremal = recipe.Terms.OfType<AreaTerm>().FirstOrDefault() is { } areas ? new ExtremalArea(recipe.Sides, areas, targets.ScoresAtInput[target]) : null;
        masks = extremal?.Mark(masks) ?? masks;
        var (kind, sizes) = Axes(site);
        var explanation = new Explanation
        {
            Attributions = Tensor.Create(Values(masks, site), [.. sizes.Select(size => (nint)size)]),
            Kind = kind,
            Target = targets.All[target],
            Method = explainer.Method,
            Options = options,
            Score = targets.Score,
            ScoreValue = targets.ScoresAtInput[target],
            Infill = recipe.Composition.InfillName(recipe.Infill),
            Signed = recipe.Readout == MaskReadout.Added,
            DisplayPercentile = recipe.Readout == MaskReadout.Added ? AddedPercentile : 100,
            ChannelReduction = recipe.ChannelReduction,
            Unit = recipe.Readout switch { MaskReadout.Kept => "kept part", MaskReadout.Removed => "replaced part", _ => "added to the input" },
            Seed = recipe.IsRandom || recipe.Start is not { SearchesDisc: false } || recipe.Start == MaskStart.Random ? recipe.Seed : null,
            Cost = new(run.ForwardPasses, run.BackwardPasses, elapsed),
            Model = explainer.Model.Name,
            Input = run.Inputs[input],
            Layer = kind == MapKind.Layer ? new ExplainedLayer(site.Name, [.. sizes], GridOf(site, sizes)) : null,
        };
        IEnumerable<string> notes = [.. new[] { targets.NoteOn(target, explainer.Model, run.Inputs[input], cancel) }.OfType<string>(), .. explainer.Model.Notes, .. masks.SelectMany(mask => NotesOn(mask, explanation)), .. new[] { extremal?.Note(masks) }.OfType<string>()];
        return explanation with { Diagnostics = new() { Optimized = masks, Notes = [.. notes] } };
    }

    /// <summary>The mean of the variants' masks, or of what they hide.</summary>
    private float[] Values(ImmutableArray<OptimizedMask> masks, MaskSite site)
    {
        float[] mean = new float[masks[0].Mask.Length];
        foreach (var mask in masks)
        {
            TensorPrimitives.MultiplyAdd(mask.Mask.AsSpan(), 1f / masks.Length, mean, mean);
        }

        if (recipe.Readout == MaskReadout.Removed)
        {
            TensorPrimitives.Subtract(1, mean, mean);
        }

        if (recipe.Smoothing == 0 || !site.Layout.IsSpatial || mean.Length != site.Layout.Spatial.Height * site.Layout.Spatial.Width)
        {
            return mean;
        }

        var (height, width) = site.Layout.Spatial;
        double[] smooth = new GaussianBlur(new(AxisOrder.ChannelsFirst, [1, height, width]), zeroOutside: true) { RoundsUp = true }.Run(mean, recipe.Smoothing * Math.Min(height, width));
        return Array.ConvertAll(smooth, value => (float)value);
    }

    private (MapKind Kind, int[] Sizes) Axes(MaskSite site)
    {
        ImmutableArray<int> mask = run.Shapes.Masks.Sizes;
        int places = site.Layout.IsSpatial ? site.Layout.Spatial.Height * site.Layout.Spatial.Width : -1;
        int[] sizes = run.Shapes.Masks.Count == places ? [site.Layout.Spatial.Height, site.Layout.Spatial.Width]
            : run.Shapes.Masks.Count == site.Layout.Count ? [.. site.Layout.Sizes]
            : [.. mask.Where(size => size != 1)];
        return (!site.IsInput ? MapKind.Layer : run.Shapes.Masks.Count == places ? MapKind.Pixels : MapKind.Elements, sizes);
    }

    private static LayerGrid? GridOf(MaskSite site, int[] sizes) => !site.Layout.IsSpatial || sizes.Length == 1 ? null
        : sizes.Length == 2 ? new(sizes[0], sizes[1], GridAxes.Map)
        : new(site.Layout.Spatial.Height, site.Layout.Spatial.Width, site.Layout.Order == AxisOrder.ChannelsFirst ? GridAxes.ChannelsFirst : GridAxes.ChannelsLast);

    private IEnumerable<string> NotesOn(OptimizedMask mask, Explanation explanation)
    {
        string name = mask.Variant.Length == 0 ? "The mask" : $"The mask of {mask.Variant}";
        string scores = string.Join(" and ", mask.Scores.Select((score, side) => string.Create(CultureInfo.InvariantCulture, $"{score:g4}{(mask.Scores.Length > 1 ? $" ({SideName(recipe.Sides[side])})" : "")}")));
        bool drawn = recipe.Law.IsRandom;
        string average = drawn ? string.Create(CultureInfo.InvariantCulture, $" under the likeliest mask, {mask.ScoreHistory[^1]:g4} on average over the draws of the last step,") : "";
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{Does(name, mask)}; the target then scores {scores}{average} where the whole input scores {explanation.ScoreValue:g4} ({explanation.Score.Name()}). {mask.Steps} steps, objective {mask.History[0]:g4} to {(drawn ? mask.History[^1] : mask.Objective):g4}: {mask.StopReason}.");
        foreach (string note in NotesOnSearch(name, mask))
        {
            yield return note;
        }

        foreach (var term in recipe.Terms.OfType<AreaTerm>())
        {
            double asked = term.Areas.First(area => mask.Variant.Contains($"area {SettingText.Of(area)}", StringComparison.Ordinal));
            if (Math.Abs(mask.Area - asked) > AreaTolerance)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"{name} covers {mask.Area:0.0 %} of its canvas where {asked:0.0 %} was asked: raise steps, or the growth of the area's weight.");
            }
        }

        if (mask.Mask.AsSpan().IndexOfAnyExcept(mask.Mask[0]) < 0)
        {
            yield return $"{name} is the same everywhere: the terms outweigh the score, or the score does not change with what is masked.";
        }
    }

    private string Does(string name, OptimizedMask mask) => recipe.Readout == MaskReadout.Added
        ? string.Create(CultureInfo.InvariantCulture, $"{mask.Mask.Count(value => value != 0)} of {mask.Mask.Length} elements are changed, by {mask.Mask.Sum(value => Math.Abs((double)value)):g4} in all")
        : string.Create(CultureInfo.InvariantCulture, $"{name} keeps {mask.Kept:0.0 %}");

    private IEnumerable<string> NotesOnSearch(string name, OptimizedMask mask)
    {
        if (mask.Trials.IsEmpty)
        {
            yield break;
        }

        string rounds = string.Join(", ", mask.Trials.Select(trial => string.Create(CultureInfo.InvariantCulture, $"{trial.Balance:g3}{(trial.Succeeded ? " (met)" : "")}")));
        yield return mask.Succeeded
            ? $"The cheapest that met the goal in {mask.Trials.Length} rounds is shown; weights of the score: {rounds}."
            : $"No mask met the goal: {name.ToLowerInvariant()} is the last of {mask.Trials.Length} rounds and explains nothing. Weights of the score: {rounds}. Allow more steps or rounds, or a weaker goal.";
    }

    private static string SideName(MaskSide side) => (side.Complement ? "complement" : "kept") + (side.Mask > 0 ? $" of mask {side.Mask + 1}" : "");
}
