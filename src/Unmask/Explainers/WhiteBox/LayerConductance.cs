using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Layer conductance: integrated gradients split by the units of a layer; they sum to the difference of the scores at any layer.</summary>
/// <remarks>
/// <para>Formula: Cond_y = ∫ ∂S_c/∂y (γ(α)) dy(γ(α)), γ the straight path of the input; as Σ_i ½ (m_i + m_{i+1}) ⊙ (y_{i+1} − y_i).</para>
/// <para>Result: the layer's own shape, signed, in units of the score. Σ = S(x) − S(x̄) but for the residual, which is stated.</para>
/// <para>Cost: n + 2 forward and backward passes to the layer, a baseline and target. Deterministic.</para>
/// <para>Misleads when: as integrated gradients; a unit may conduct both ways, and only the sum is seen.</para>
/// <para>Source: Dhamdhere, Sundararajan, Yan, «How Important is a Neuron?», ICLR 2019, eq. 3. Differs from it in: the mean of both neighbours' gradients, which is more accurate than the one before.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph.</param>
/// <param name="options">Default: the last feature maps, 50 nodes from 0.</param>
public sealed class LayerConductance(Model model, LayerConductanceOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "layer-conductance";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Layer conductance",
        "Integrated gradients split by the units of a layer.",
        "52 forward + 52 backward passes a target",
        "the graph; a layer",
        "Dhamdhere, Sundararajan, Yan, ICLR 2019",
        LayerConductanceSettings.Table,
        static (model, options) => new LayerConductance(model, options)) with
    {
        Obstacle = WhiteBoxObstacle.OfMaps,
    };

    private readonly LayerConductanceOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, Recipe(_options), progress, cancel).Explain(LayerConductanceSettings.Table.Describe(_options),
            explanation => explanation with { Infill = WhiteBoxSettings.Of(_options.Baselines) });

    internal static WhiteBoxRecipe Recipe(LayerConductanceOptions options)
    {
        var path = new StraightPath(options.Baselines, options.Quadrature, options.Steps) { LeftMultiplier = options.LeftMultiplier };
        return new(RuleSet.Gradient, Estimator.Along(path), options.Layer, Aggregator.Contribution)
        {
            Score = options.Score,
            Reduction = options.Reduction,
        };
    }
}
