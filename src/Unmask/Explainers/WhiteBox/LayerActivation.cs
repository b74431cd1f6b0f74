using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>The activations of a layer: what the network saw there, whatever it made of it.</summary>
/// <remarks>
/// <para>Formula: A(x), the layer's value.</para>
/// <para>Result: the layer's own shape, in the layer's own units. The same for every target.</para>
/// <para>Cost: one forward and one backward pass a target (the program of the gradient is used). Deterministic.</para>
/// <para>Misleads when: it is read as an explanation: it does not know the target.</para>
/// <para>Source: a building block; Zeiler, Fergus, ECCV 2014, §2. Differs from it in: nothing.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph.</param>
/// <param name="options">Default: the last feature maps.</param>
public sealed class LayerActivation(Model model, LayerActivationOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "activation";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Activation",
        "What a layer holds, whatever the target.",
        "1 forward + 1 backward pass a target",
        "the graph; a layer",
        "building block",
        LayerActivationSettings.Table,
        static (model, options) => new LayerActivation(model, options)) with
    {
        Obstacle = WhiteBoxObstacle.OfMaps,
    };

    private readonly LayerActivationOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, Recipe(_options), progress, cancel).Explain(LayerActivationSettings.Table.Describe(_options));

    internal static WhiteBoxRecipe Recipe(LayerActivationOptions options) => new(RuleSet.Gradient, Estimator.Point, options.Layer, Aggregator.Value)
    {
        Score = options.Score,
        Reduction = options.Reduction,
        Signed = false,
        Unit = "activation",
    };
}
