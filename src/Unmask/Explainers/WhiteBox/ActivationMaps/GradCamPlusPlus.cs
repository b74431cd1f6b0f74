using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Grad-CAM++: each channel weighted by its positive gradients, each place's by a factor of its own, so that several objects of a class all count.</summary>
/// <remarks>
/// <para>Formula: L(u) = Σ_k w_k A_k(u), w_k = Σ_u α_k(u) max(0, G_k(u)), α = G² ÷ (2G² + Σ_u A_k(u) · G³), 0 where the denominator is 0.</para>
/// <para>Result: [height, width] of the layer's grid, before the ReLU, in units of the score by place; pictures and metrics resize it bilinearly.</para>
/// <para>Cost: one forward and one backward pass to the layer, a target. Deterministic.</para>
/// <para>Misleads when: it is trusted to know the target: channels that speak against it get the weight 0, so maps of different classes look alike; activations have both signs (the denominator of α passes 0).</para>
/// <para>Source: Chattopadhay et al., «Grad-CAM++», WACV 2018, eq. 10, 11 and 19. Differs from it in: the common factor exp(S) of all weights is left out.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph on pictures.</param>
/// <param name="options">Default: the last feature maps before pooling, the paper's α.</param>
public sealed class GradCamPlusPlus(Model model, GradCamPlusPlusOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "grad-cam-plus-plus";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Grad-CAM++",
        "Feature maps of a layer, weighted by their positive gradients, place by place.",
        "1 forward + 1 backward pass to the layer, a target",
        "the graph; a picture; feature maps or tokens",
        "Chattopadhay et al., WACV 2018",
        GradCamPlusPlusSettings.Table,
        static (model, options) => new GradCamPlusPlus(model, options)) with
    {
        Obstacle = WhiteBoxObstacle.OfMaps,
    };

    private readonly GradCamPlusPlusOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, Recipe(_options), progress, cancel).Explain(GradCamPlusPlusSettings.Table.Describe(_options));

    internal static WhiteBoxRecipe Recipe(GradCamPlusPlusOptions options) =>
        new(RuleSet.Gradient, Estimator.Point, options.Layer, new LayerMapAggregator(new PositiveWeights(options.NormalizeAlpha, options.Epsilon).Map, options.Relu))
        {
            Score = options.Score,
            Rectified = options.Relu,
            Unit = "score by place",
        };
}
