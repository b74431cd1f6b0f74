using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>NormGrad: how large a gradient the weights of a layer receive from each place, the layer being one that changes nothing.</summary>
/// <remarks>
/// <para>Formula: L(u) = ‖∂S_c/∂θ at u‖ of an identity layer θ: ‖A(u)‖ · ‖G(u)‖ of a 1 × 1 convolution, ‖A around u‖ · ‖G(u)‖ of a 3 × 3 convolution, ‖A(u) ⊙ G(u)‖ of a scaling, ‖G(u)‖ of a bias.</para>
/// <para>Result: [height, width] of the layer's grid, at least 0 for the norms; pictures and metrics resize it bilinearly. Of several layers the product, [height, width] of the model's input, 0 … 1.</para>
/// <para>Cost: one forward and one backward pass to the layers, a target. Deterministic.</para>
/// <para>Misleads when: it is read as evidence for the target: a norm has no sign, and what speaks against is as bright.</para>
/// <para>Source: Rebuffi et al., «There and Back Again: Revisiting Backpropagation Saliency Methods», CVPR 2020, §3 and table 1. Differs from it in: nothing; the norm of the outer product is the product of the norms.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph on pictures.</param>
/// <param name="options">Default: the last feature maps before pooling, a 1 × 1 convolution, the Euclidean norm.</param>
public sealed class NormGrad(Model model, NormGradOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "norm-grad";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "NormGrad",
        "How large a gradient a layer's weights receive from each place.",
        "1 forward + 1 backward pass to the layer, a target",
        "the graph; a picture; feature maps or tokens",
        "Rebuffi et al., CVPR 2020",
        NormGradSettings.Table,
        static (model, options) => new NormGrad(model, options)) with
    {
        Obstacle = WhiteBoxObstacle.OfMaps,
    };

    private readonly NormGradOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, Recipe(_options), progress, cancel).Explain(NormGradSettings.Table.Describe(_options));

    internal static WhiteBoxRecipe Recipe(NormGradOptions options)
    {
        var aggregator = new LayerMapAggregator(maps => PlaceGradients.Map(maps, options.Identity, options.Norm), rectifies: false, LayerCombination.Product);
        return new(RuleSet.Gradient, Estimator.Point, options.Layer, aggregator)
        {
            Score = options.Score,
            Signed = options.Norm is PlaceNorm.Sum or PlaceNorm.Max,
            Unit = "gradient of an identity layer",
        };
    }
}
