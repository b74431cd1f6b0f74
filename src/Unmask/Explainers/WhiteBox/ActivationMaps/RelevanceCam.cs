using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Relevance-CAM: the feature maps of a layer, each weighted by the relevance that reaches it from the class against all other classes.</summary>
/// <remarks>
/// <para>Formula: L(u) = Σ_k w_k A_k(u), w_k = Σ_u R_k(u): LRP (z⁺ in convolutions, ε in dense layers) of S_c − Σ_j≠c S_j/(C − 1). Pictures show max(0, L).</para>
/// <para>Result: [height, width] of the layer's grid, before the ReLU; pictures and metrics resize it bilinearly. Of several layers [height, width] of the model's input, 0 … 1.</para>
/// <para>Cost: one forward and one backward pass to the layer, a target, with one more convolution a layer behind it. Deterministic.</para>
/// <para>Misleads when: it is read as «against the runner-up»: the class is contrasted with the mean of all others; early layers show edges that only have much activation; biases keep relevance.</para>
/// <para>Source: Lee et al., «Relevance-CAM: Your Model Already Knows Where to Look», CVPR 2021. Differs from it in: relevance starts at S_c and −S_j/(C − 1), not at 1 and −1/(C − 1) (<see cref="Composites.RelevanceCam"/> does); the ReLU acts on pictures, not on the array.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph on pictures.</param>
/// <param name="options">Default: the last feature maps before pooling, contrastive.</param>
public sealed class RelevanceCam(Model model, RelevanceCamOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "relevance-cam";

    private static readonly RuleSet Obstacles = Composites.Complete(Composites.EpsilonPlus);

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Relevance-CAM",
        "Feature maps of a layer, weighted by their relevance for the class against all others.",
        "1 forward + 1 backward pass to the layer, a target",
        "the graph; a picture; feature maps or tokens",
        "Lee et al., CVPR 2021",
        RelevanceCamSettings.Table,
        static (model, options) => new RelevanceCam(model, options)) with
    {
        Obstacle = static model => WhiteBoxObstacle.OfMaps(model, Obstacles),
    };

    private readonly RelevanceCamOptions _options = options ?? new();

    // Compiled programs are kept by rule set: one explainer asks with one.
    private readonly WhiteBoxRecipe _recipe = Recipe(options ?? new(), model);

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, _recipe, progress, cancel).Explain(RelevanceCamSettings.Table.Describe(_options));

    /// <summary>The recipe; bounds that a box leaves open are those of the pictures that the model sees.</summary>
    internal static WhiteBoxRecipe Recipe(RelevanceCamOptions options, Model? model = null) =>
        new(LrpSettings.RulesOf(options.Composite, options.Dead, options.Fallback, model), Estimator.Point, options.Layer, new LayerMapAggregator(ChannelWeights.ByContribution, options.Relu))
        {
            Contrastive = options.Contrastive,
            Score = options.Score,
            Rectified = options.Relu,
            Unit = "relevance times activation",
        };
}
