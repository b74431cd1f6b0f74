using System.Globalization;
using System.Numerics.Tensors;

namespace Unmask.WhiteBox;

/// <summary>Writes an estimate into an explanation: its axes, what it promises, and what one should know.</summary>
internal sealed class ExplanationForm(Model model, ResolvedCut cut, ResolvedCut moved, WhiteBoxRecipe recipe)
{
    // Below this part of the score's size, a difference is too small to judge a residual by.
    private const double TinyDifference = 1e-3;

    // Sundararajan et al. advise to raise the steps until attributions add up to within 5 %.
    private const double LargeGap = 0.05;

    // A few pixels have gradients far larger than all others; PAIR's pictures clip there as well.
    private const double PixelPercentile = 99;

    public Explanation Of(Estimate estimate, Explanation explanation)
    {
        nint[] sizes = [.. SizesOf(estimate, explanation.Input).Select(size => (nint)size)];
        bool elements = estimate.Form == MapForm.Tokens ? explanation.Input.Layout.Sizes is [var tokens] && tokens == estimate.Values.Length : cut.IsInput && estimate.Form == MapForm.Cut;
        return explanation with
        {
            Attributions = Tensor.Create(estimate.Values, sizes),
            StandardDeviations = estimate.Deviations is { } deviations ? Tensor.Create(deviations, sizes) : null,
            Kind = estimate.Form == MapForm.Pixels ? MapKind.Pixels : elements ? MapKind.Elements : MapKind.Layer,
            Layer = estimate.Form == MapForm.Pixels || elements || (cut.IsInput && estimate.Form != MapForm.Grid) ? null : LayerOf(estimate),
            ChannelReduction = recipe.Reduction,
            Rectified = recipe.Rectified,
            DisplayPercentile = cut.IsInput && elements ? PixelPercentile : 100,
            Diagnostics = new()
            {
                CompletenessGap = estimate.Gap,
                ExplainedDifference = estimate.Difference,
                Notes = [.. new[] { cut.Note ?? (cut.Attention is null ? moved.Note : null) }.OfType<string>(), .. explanation.Diagnostics.Notes, .. model.Notes, .. estimate.Notes, .. NotesOn(estimate, explanation)],
            },
        };
    }

    private static IEnumerable<int> SizesOf(Estimate estimate, ModelInput input) => estimate.Form switch
    {
        MapForm.Grid when estimate.Grid is { } grid => [grid.Height, grid.Width],
        MapForm.Pixels => [input.Layout.Spatial.Height, input.Layout.Spatial.Width],
        MapForm.Tokens => [estimate.Values.Length],
        _ => estimate.Sizes,
    };

    private ExplainedLayer LayerOf(Estimate estimate) => new(cut.Value, estimate.Sizes, estimate switch
    {
        { Form: MapForm.Grid, Grid: { } grid } => new LayerGrid(grid.Height, grid.Width, GridAxes.Map),
        { Form: MapForm.Tokens } => null,
        _ => estimate.Grid,
    });

    private IEnumerable<string> NotesOn(Estimate estimate, Explanation explanation)
    {
        if (Array.TrueForAll(estimate.Values, value => value == 0))
        {
            yield return $"The map is zero everywhere: at this input the score ({explanation.Score.Name()}) does not change with \"{cut.Value}\". It may be saturated (try --score logit), or every unit on the way is off.";
        }
        else if (recipe.Rectified && Array.TrueForAll(estimate.Values, value => value <= 0))
        {
            yield return "The map is nowhere positive, so that nothing is left of it on the picture: no place speaks for the target. The array holds the negative values.";
        }

        if (estimate is { Gap: { } gap, Difference: { } difference })
        {
            if (recipe.Aggregator.UsesIntegral && Math.Abs(difference) < TinyDifference * Math.Max(1, Math.Abs(explanation.ScoreValue)))
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"The scores of input and baseline differ by only {difference:g3}: there is next to nothing to attribute. Choose another baseline.");
            }
            else if (Math.Abs(gap) > LargeGap * Math.Abs(difference))
            {
                yield return string.Create(CultureInfo.InvariantCulture,
                    $"The attributions add up to {difference + gap:g4} where the score differs by {difference:g4}: {Math.Abs(gap / difference):0.0 %} off. {recipe.Estimator.RemedyForGap}");
            }
        }
    }
}
