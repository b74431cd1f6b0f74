using System.Collections.Concurrent;
using Unmask.Graphs;
using Unmask.Probing;

namespace Unmask.Perturbations;

/// <summary>
/// The in-fills of views that each have their own: what a view hides, made hard, of the picture as the step has moved it. They are inputs of the graph, so that nothing flows back
/// through them. Callable from several threads; what is made depends on seed, step and view only.
/// </summary>
internal sealed class MaskRefill
{
    private readonly PerturbationRecipe _recipe;
    private readonly ConcurrentDictionary<(MaskSite Site, (int Down, int Across, bool Mirrored) By), ModelInput> _moved = new();

    private MaskRefill(PerturbationRecipe recipe) => _recipe = recipe;

    /// <summary>For a recipe; <c>null</c> when its views share one in-fill.</summary>
    public static MaskRefill? For(PerturbationRecipe recipe) => recipe.Composition.UsesInfill && recipe.Infill.ChangesWithMask ? new(recipe) : null;

    /// <summary>What the composition is fed for one view.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="keep">What the views of the run keep; <c>null</c> for in-fills that do not look at it.</param>
    /// <param name="item">The view's place in the run.</param>
    /// <param name="step">The step.</param>
    /// <param name="view">The view's number.</param>
    public float[][] Of(MaskProblem problem, TensorData? keep, int item, int step, int view)
    {
        var input = Moved(problem.Site, _recipe.Jitter.At(step, _recipe.Seed));
        float[] hard = [];
        if (keep is not null)
        {
            hard = new float[input.Layout.Spatial.Height * input.Layout.Spatial.Width];
            MaskFills.Harden(keep, item, input.Layout, hard);
        }

        float[] infill = _recipe.Infill.Fill(input, hard, _recipe.Seed, RandomItems.Infill(problem.Number, step, view));
        return _recipe.Composition.Prepare(input.Array, infill, input.Layout);
    }

    private ModelInput Moved(MaskSite site, (int Down, int Across, bool Mirrored) by) => by == default ? site.Input : _moved.GetOrAdd((site, by), _ =>
    {
        float[] values = new float[site.Layout.Count];
        Jitter.Move(site.Input.Values, values, site.Layout, by);
        return new ModelInput(values, site.Layout, site.Input.Preprocessing) { Others = site.Input.Others };
    });
}
