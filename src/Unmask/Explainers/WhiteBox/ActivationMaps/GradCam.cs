using System.Collections.Immutable;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Grad-CAM and its kin: the feature maps of a layer, joined to one map by a formula of activations and gradients.</summary>
/// <remarks>
/// <para>Formula: of Grad-CAM L(u) = Σ_k w_k A_k(u), w_k = 1/Z Σ_u ∂S_c/∂A_k(u); of the others see <see cref="CamFormula"/>. Pictures show max(0, L).</para>
/// <para>Result: [height, width] of the layer's grid, before the ReLU, in units of the score by place; pictures and metrics resize it bilinearly. Of several layers [height, width] of the model's input, 0 … 1.</para>
/// <para>Cost: one forward and one backward pass to the layer, a target. Deterministic.</para>
/// <para>Misleads when: the layer is coarse (a 7 × 7 grid says little about edges); gradients of opposite sign within a channel cancel in w_k; only in networks that average their last maps does it equal CAM.</para>
/// <para>Source: Selvaraju et al., «Grad-CAM», ICCV 2017, eq. 1 and 2. Differs from it in: the ReLU acts on pictures, not on the array; of vision transformers the tokens that enter the last attention serve as feature maps.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph on pictures.</param>
/// <param name="options">Default: the last feature maps before pooling.</param>
/// <param name="formula">Default <see cref="CamFormula.GradCam"/>.</param>
public sealed class GradCam(Model model, GradCamOptions? options = null, CamFormula? formula = null) : IExplainer
{
    /// <summary>The id of Grad-CAM itself.</summary>
    public const string Id = "grad-cam";

    /// <summary>The methods, as the catalogue shows them: one a formula.</summary>
    internal static ImmutableArray<MethodInfo> Infos { get; } = [.. CamFormula.All.Select(InfoOf)];

    private readonly GradCamOptions _options = options ?? new();
    private readonly CamFormula _formula = formula ?? CamFormula.GradCam;

    /// <inheritdoc/>
    public string Method => _formula.Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, _formula.Recipe(_options), progress, cancel).Explain(GradCamSettings.Table.Describe(_options));

    private static MethodInfo InfoOf(CamFormula formula) => MethodInfo.Of(
        formula.Id,
        formula.Name,
        formula.Summary,
        formula.Cost,
        "the graph; a picture; feature maps or tokens",
        formula.Source,
        GradCamSettings.Table,
        (model, options) => new GradCam(model, options, formula)) with
    {
        Obstacle = formula.Estimator == Estimator.Point ? WhiteBoxObstacle.OfMaps : WhiteBoxObstacle.OfFeatures,
    };
}
