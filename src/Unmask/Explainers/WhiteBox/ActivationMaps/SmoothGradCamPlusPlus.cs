using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Smooth Grad-CAM++: Grad-CAM++ with the gradient and its powers averaged over noisy copies of the input.</summary>
/// <remarks>
/// <para>Formula: as Grad-CAM++, with the means of G, G² and G³ over x + ε_i, ε_i ~ N(0, σ²), for G, G² and G³; A of the input itself.</para>
/// <para>Result: [height, width] of the layer's grid, before the ReLU, in units of the score by place; pictures and metrics resize it bilinearly.</para>
/// <para>Cost: 6 forward and 6 backward passes a target (one a copy, one for the input). Random, but a function of the seed.</para>
/// <para>Misleads when: the noise leads the network where it was never trained; and as Grad-CAM++.</para>
/// <para>Source: Omeiza et al., «Smooth Grad-CAM++», 2019, eq. 5 to 8. Differs from it in: the level of the noise is a part of the input's range, as in SmoothGrad.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph on pictures.</param>
/// <param name="options">Default: the last feature maps before pooling, 5 copies.</param>
public sealed class SmoothGradCamPlusPlus(Model model, SmoothGradCamPlusPlusOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "smooth-grad-cam-plus-plus";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Smooth Grad-CAM++",
        "Grad-CAM++ with gradients averaged over noisy copies of the input.",
        "6 forward + 6 backward passes a target",
        "the graph; a picture; feature maps or tokens",
        "Omeiza et al., 2019",
        SmoothGradCamPlusPlusSettings.Table,
        static (model, options) => new SmoothGradCamPlusPlus(model, options)) with
    {
        Obstacle = WhiteBoxObstacle.OfMaps,
    };

    private readonly SmoothGradCamPlusPlusOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, Recipe(_options), progress, cancel).Explain(SmoothGradCamPlusPlusSettings.Table.Describe(_options),
            explanation => explanation with { Seed = _options.Seed });

    private static WhiteBoxRecipe Recipe(SmoothGradCamPlusPlusOptions options)
    {
        var plain = GradCamPlusPlus.Recipe(new() { Layer = options.Layer, NormalizeAlpha = options.NormalizeAlpha, Relu = options.Relu, Score = options.Score });
        return plain with { Estimator = Estimator.NoisyMultipliers(new() { Level = options.Level, Samples = options.Samples, Seed = options.Seed }) };
    }
}
