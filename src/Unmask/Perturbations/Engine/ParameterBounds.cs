using Unmask.Training;

namespace Unmask.Perturbations;

/// <summary>What parameters may be.</summary>
/// <param name="recipe">The slots.</param>
/// <param name="cells">Cells of one mask.</param>
internal sealed class ParameterBounds(PerturbationRecipe recipe, int cells)
{
    // Beyond these log-odds the sigmoid's slope is below 0.0004: a cell would never come back.
    private const float LargestLogit = 8;

    private readonly Dictionary<MaskSite, (float[] Low, float[] High)> _given = new(ReferenceEqualityComparer.Instance);

    /// <summary>Parameters of a problem, filled up for the optimiser's vectors.</summary>
    public int Padded { get; } = ((cells * recipe.Masks) + TensorBank.Alignment - 1) / TensorBank.Alignment * TensorBank.Alignment;

    /// <summary>Holds parameters within their bounds.</summary>
    public void Confine(MaskProblem problem, float[] parameters)
    {
        var own = parameters.AsSpan(0, cells * recipe.Masks);
        if (recipe.Bounds is null)
        {
            (float low, float high) = recipe.Parameters == MaskParameters.Logits ? (-LargestLogit, LargestLogit) : (0, 1);
            System.Numerics.Tensors.TensorPrimitives.Clamp(own, low, high, own);
            return;
        }

        if (!_given.TryGetValue(problem.Site, out var bounds))
        {
            _given.Add(problem.Site, bounds = recipe.Bounds(problem.Site));
        }

        for (int i = 0; i < own.Length; i++)
        {
            own[i] = Math.Clamp(own[i], bounds.Low[i % bounds.Low.Length], bounds.High[i % bounds.High.Length]);
        }
    }
}
