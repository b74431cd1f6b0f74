using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Internal influence: the mean gradient of the score with respect to a layer, along the path from a baseline to the input.</summary>
/// <remarks>
/// <para>Formula: I_y = ∫₀¹ ∂S_c/∂y (γ(α)) dα, γ the straight path of the input.</para>
/// <para>Result: the layer's own shape, signed, in units of the score by unit of activation.</para>
/// <para>Cost: n + 2 forward and backward passes to the layer, a baseline and target. Deterministic.</para>
/// <para>Misleads when: it is read as a contribution: it does not know how much a unit changed (see conductance).</para>
/// <para>Source: Leino et al., «Influence-Directed Explanations», ITC 2018. Differs from it in: the distribution of interest is the straight path, as in Captum.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph.</param>
/// <param name="options">Default: the last feature maps, 50 midpoints from 0.</param>
public sealed class InternalInfluence(Model model, InternalInfluenceOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "internal-influence";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Internal influence",
        "The mean gradient with respect to a layer along a path.",
        "52 forward + 52 backward passes a target",
        "the graph; a layer",
        "Leino et al., ITC 2018",
        InternalInfluenceSettings.Table,
        static (model, options) => new InternalInfluence(model, options)) with
    {
        Obstacle = WhiteBoxObstacle.OfMaps,
    };

    private readonly InternalInfluenceOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, Recipe(_options), progress, cancel).Explain(InternalInfluenceSettings.Table.Describe(_options),
            explanation => explanation with { Infill = WhiteBoxSettings.Of(_options.Baselines) });

    internal static WhiteBoxRecipe Recipe(InternalInfluenceOptions options)
    {
        var path = new StraightPath(options.Baselines, options.Quadrature, options.Steps);
        return new(RuleSet.Gradient, Estimator.Along(path), options.Layer, Aggregator.Multiplier)
        {
            Score = options.Score,
            Reduction = options.Reduction,
            Unit = "score by unit of activation",
        };
    }
}
