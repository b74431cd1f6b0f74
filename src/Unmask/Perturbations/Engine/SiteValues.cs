using System.Collections.Immutable;
using Unmask.WhiteBox;

namespace Unmask.Perturbations;

/// <summary>Finds what is masked and what replaces it.</summary>
internal sealed class SiteValues(Model model, PerturbationRecipe recipe, CancellationToken cancel)
{
    private readonly ResolvedCut _cut = recipe.Site.Resolve(model) is [var only]
        ? only
        : throw new UnmaskException($"Only one value can be masked; \"{recipe.Site}\" names several. Name one layer, or input.");

    /// <summary>Forward passes that it took.</summary>
    public long Passes { get; private set; }

    /// <summary>The problems of an input: by target, then variant.</summary>
    public IEnumerable<MaskProblem> ProblemsOf(ModelInput input, ImmutableArray<ResolvedTarget> targets, int variants)
    {
        var (value, layout) = ValueAt(input);
        var site = new MaskSite(input, layout, _cut.Value) { IsInput = _cut.IsInput };
        var infill = recipe.Infill;
        bool depends = infill.ChangesWithMask;
        if (depends && !_cut.IsInput)
        {
            throw new UnmaskException($"The in-fill {infill} is made of the input's pixels; \"{_cut.Value}\" is an inner layer. Use zero, mean or blur there.");
        }

        float[] replaced = !recipe.Composition.UsesInfill || depends ? [] : InfillAt(input, value);
        float[][] prepared = depends && recipe.Composition.UsesInfill ? [] : recipe.Composition.Prepare(value, replaced, layout);
        return [.. targets.SelectMany(target => Enumerable.Range(0, variants).Select(variant => new MaskProblem(0, site, value, replaced, target, variant) { Prepared = prepared }))];
    }

    private float[] InfillAt(ModelInput input, float[] value) => _cut.IsInput ? recipe.Infill.For(input)
        : recipe.Infill.IsZero ? new float[value.Length]
        : ValueAt(new ModelInput(recipe.Infill.For(input), input.Layout, input.Preprocessing) { Others = input.Others }).Values;

    private (float[] Values, InputLayout Layout) ValueAt(ModelInput input)
    {
        if (_cut.IsInput)
        {
            return (input.Array, input.Layout);
        }

        Passes++;
        var (values, sizes) = model.ValueOf(_cut.Value, input, cancel);
        // What has three axes and no grid that is known of stands as the picture does.
        return (values, new(sizes.Length != 3 ? AxisOrder.NotSpatial : model.OnnxCore.Layers.GridOf(_cut.Value, sizes)?.Axes switch
        {
            GridAxes.ChannelsFirst => AxisOrder.ChannelsFirst,
            GridAxes.ChannelsLast => AxisOrder.ChannelsLast,
            _ => input.Layout.Order,
        }, sizes));
    }
}
