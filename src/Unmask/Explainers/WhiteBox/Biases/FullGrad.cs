using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>FullGrad: the input times its gradient and the biases of all layers times theirs, which add up to the score exactly.</summary>
/// <remarks>
/// <para>Formula: S_c = ⟨x, ∂S_c/∂x⟩ + Σ_l ⟨b_l, ∂S_c/∂z_l⟩ over every additive constant b, and of smooth units over y − φ′(x)·x. Map: Σ_ch ψ(x ⊙ ∂S_c/∂x) + Σ_l Σ_ch ψ(b_l ⊙ ∂S_c/∂z_l), ψ the magnitude, scaled to 0 … 1 by layer, resized.</para>
/// <para>Result: [height, width] of the model's input, at least 0, without a unit. Its terms, not the map, add up to the score; the residual is stated.</para>
/// <para>Cost: one forward and one backward pass a target. Layers are added up inside the graph; only the map leaves it. Deterministic.</para>
/// <para>Misleads when: it is read as signed evidence: magnitudes are drawn, and every layer weighs alike, however little it adds; where biases sit is a matter of the export (batch normalisation folded or not gives another map).</para>
/// <para>Source: Srinivas, Fleuret, «Full-Gradient Representation for Neural Network Visualization», NeurIPS 2019, prop. 1 and eq. 8. Differs from it in: nothing; biases of dense layers join the sum alone.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph on pictures.</param>
/// <param name="options">Default: as the authors' repository.</param>
public sealed class FullGrad(Model model, FullGradOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "full-grad";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "FullGrad",
        "Input and biases of all layers, times their gradients; together they are the score.",
        "1 forward + 1 backward pass a target",
        "the graph; a picture",
        "Srinivas, Fleuret, NeurIPS 2019",
        FullGradSettings.Table,
        static (model, options) => new FullGrad(model, options)) with
    {
        Obstacle = WhiteBoxObstacle.OfPixels,
    };

    private readonly FullGradOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, Recipe(_options), progress, cancel).Explain(FullGradSettings.Table.Describe(_options));

    internal static WhiteBoxRecipe Recipe(FullGradOptions options)
    {
        var style = new BiasMapStyle(options.Scale == BiasScale.Channel, options.AlignCorners, options.Simple, options.Epsilon);
        return new(RuleSet.Gradient, Estimator.Point, Cut.Input, new FullGradAggregator(style))
        {
            Score = options.Score,
            Signed = false,
            Unit = "sum of scaled magnitudes",
            Observes = (model, input) => WalkObservation.Biases(model.OnnxCore.Layers.IsMap, input.Layout.Spatial.Height, input.Layout.Spatial.Width, style),
        };
    }
}
