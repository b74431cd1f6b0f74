using Unmask.Perturbations;
using Unmask.Tests.Support;

namespace Unmask.Tests.Perturbations;

/// <summary>Shortcuts from recipes to what the engine computes of them.</summary>
internal static class MaskEngines
{
    /// <summary>A run of a recipe on one input and its top class, not yet solved.</summary>
    public static PerturbationRun Run(Model model, ModelInput input, PerturbationRecipe recipe, params Target[] targets) =>
        new(model, [input], targets.Length == 0 ? [Target.Class(0)] : targets, recipe, null, CancellationToken.None);

    /// <summary>The engine of a recipe, with its first problem.</summary>
    public static (PerturbationEngine Engine, MaskProblem Problem) Engine(Model model, ModelInput input, PerturbationRecipe recipe, Target target = default)
    {
        var run = Run(model, input, recipe, target);
        return (run.Engine, run.Problems[0]);
    }

    /// <summary>The mask that a map makes of cells, and its canvas.</summary>
    public static (float[] Mask, float[] Canvas) Expand(Func<MaskSite, MaskMap> map, InputLayout layout, float[] cells)
    {
        float[][] weights = [new float[layout.Count]];
        using var model = LinearModels.Load(weights, [0], layout.Channels, layout.Spatial.Height, layout.Spatial.Width);
        var input = model.Prepare(Unmask.Graphs.TensorData.Adopt(new float[layout.Count], [1, .. layout.Sizes.Select(size => (long)size)]))[0];
        var (engine, problem) = Engine(model, input, new() { Map = map, Infill = Infill.Zero });
        float[] padded = [.. cells, .. new float[16]];
        return (engine.Masks([problem], [padded], CancellationToken.None)[0], engine.Canvases([problem], [padded], CancellationToken.None)[0]);
    }
}
