using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Guided Grad-CAM: Guided Backprop, shown only where Grad-CAM looks.</summary>
/// <remarks>
/// <para>Formula: A = g ⊙ up(max(0, L)), g the multipliers of Guided Backprop at the input, L the map of Grad-CAM, up bilinear to the input's size; every channel is multiplied by the same map.</para>
/// <para>Result: the input's own shape, signed. Pictures show max over channels of |A|.</para>
/// <para>Cost: one forward and two backward passes a target, in one program. Deterministic.</para>
/// <para>Misleads when: its fine lines are read as what the class needs: they are the picture's edges, whatever the class (see Guided Backprop); only the coarse frame depends on the class.</para>
/// <para>Source: Selvaraju et al., «Grad-CAM», ICCV 2017, §3.2. Differs from it in: ReLU6, LeakyRelu and PRelu count as rectifiers.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph on pictures.</param>
/// <param name="options">Default: the last feature maps before pooling, bilinear.</param>
public sealed class GuidedGradCam(Model model, GuidedGradCamOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "guided-grad-cam";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Guided Grad-CAM",
        "Guided Backprop, shown only where Grad-CAM looks.",
        "1 forward + 2 backward passes a target",
        "the graph; a picture; feature maps or tokens",
        "Selvaraju et al., ICCV 2017",
        GuidedGradCamSettings.Table,
        static (model, options) => new GuidedGradCam(model, options)) with
    {
        Obstacle = static model => WhiteBoxObstacle.OfMaps(model) ?? WhiteBoxObstacle.OfInput(model, GuidedBackprop.Rules),
    };

    private readonly GuidedGradCamOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, Recipe(_options), progress, cancel).Explain(GuidedGradCamSettings.Table.Describe(_options), RectifierSettings.NoteOthers);

    internal static WhiteBoxRecipe Recipe(GuidedGradCamOptions options) =>
        new(RuleSet.Gradient, Estimator.Point, Cut.Several(Cut.Input, options.Layer), new GuidedMapAggregator(options.Nearest))
        {
            SecondRules = GuidedBackprop.Rules,
            Score = options.Score,
            Reduction = options.Reduction,
            Unit = "product of Guided Backprop and Grad-CAM",
        };
}
