using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>
/// How feature maps A and gradients G = ∂S_c/∂A of a layer become a class activation map. Each formula is a method of its own, with its id; <see cref="Unmask.GradCam"/> runs
/// them all. u are places, k channels, Z the number of places.
/// </summary>
public sealed class CamFormula
{
    private readonly Func<ChannelMaps, double[]> _map;

    private CamFormula(string id, string name, string summary, string source, Func<ChannelMaps, double[]> map) =>
        (Id, Name, Summary, Source, _map) = (id, name, summary, source, map);

    /// <summary>The mean gradient weighs each channel: L(u) = Σ_k w_k A_k(u), w_k = 1/Z Σ_u G_k(u).</summary>
    /// <remarks>
    /// <para>Misleads when: gradients of opposite sign within a channel cancel in w_k.</para>
    /// <para>Source: Selvaraju et al., «Grad-CAM», ICCV 2017, eq. 1 and 2.</para>
    /// </remarks>
    public static CamFormula GradCam { get; } = Weighted(
        Unmask.GradCam.Id, "Grad-CAM", "Feature maps of a layer, weighted by the mean gradient of the score.", "Selvaraju et al., ICCV 2017", ChannelWeights.Mean);

    /// <summary>The gradient, weighted by the activations, weighs each channel: w_k = Σ_u A_k(u) G_k(u) ÷ Σ_u A_k(u).</summary>
    /// <remarks>
    /// <para>Misleads when: activations have both signs (ΣA near 0 makes huge weights). Equal to Grad-CAM on networks that average their last maps.</para>
    /// <para>Source: Fu et al., «Axiom-based Grad-CAM», BMVC 2020, eq. 5. Differs from it in: a channel that sums to 0 gets the weight 0.</para>
    /// </remarks>
    public static CamFormula XGradCam { get; } = Weighted(
        "x-grad-cam", "XGrad-CAM", "Feature maps of a layer, weighted by the gradient where they are active.", "Fu et al., BMVC 2020", ChannelWeights.ByActivation);

    /// <summary>Activation times gradient, summed over channels: L(u) = Σ_k A_k(u) G_k(u). Its sum over places and the bias make up the score where all behind the layer is linear.</summary>
    /// <remarks>
    /// <para>Misleads when: the layer is far from the output; single places are noisier than in Grad-CAM, which averages.</para>
    /// <para>Source: Draelos, Carin, «Use HiResCAM instead of Grad-CAM», 2020, eq. 4. Differs from it in: nothing.</para>
    /// </remarks>
    public static CamFormula HiResCam { get; } = Summed(
        "hires-cam", "HiRes-CAM", "Activation times gradient, summed over the channels of a layer.", "Draelos, Carin, 2020", static (a, g) => a * g);

    /// <summary>Of activation times gradient only what is positive is summed: L(u) = Σ_k max(0, A_k(u) G_k(u)).</summary>
    /// <remarks>
    /// <para>Misleads when: evidence against the target is at the same place as evidence for it: only the latter is seen.</para>
    /// <para>Source: element-wise Grad-CAM of the library pytorch-grad-cam. Differs from it in: nothing.</para>
    /// </remarks>
    public static CamFormula ElementWise { get; } = Summed(
        "grad-cam-elementwise", "Element-wise Grad-CAM", "Activation times gradient, where positive, summed over the channels of a layer.", "pytorch-grad-cam", static (a, g) => Math.Max(0, a * g));

    /// <summary>Each activation is weighted by its own gradient, where that is positive: L(u) = Σ_k A_k(u) max(0, G_k(u)). Keeps detail at shallow layers.</summary>
    /// <remarks>
    /// <para>Misleads when: activations have both signs; at shallow layers it shows edges of anything.</para>
    /// <para>Source: Jiang et al., «LayerCAM», IEEE TIP 2021, eq. 5 and 6. Differs from it in: maps of shallow layers are not passed through tanh.</para>
    /// </remarks>
    public static CamFormula LayerCam { get; } = Summed(
        "layer-cam", "Layer-CAM", "Activations of a layer, each weighted by its own positive gradient.", "Jiang et al., IEEE TIP 2021", static (a, g) => a * Math.Max(0, g));

    /// <summary>The first principal component of the activations: places projected on the first right singular vector of [places, channels], centred by channel. Knows no target.</summary>
    /// <remarks>
    /// <para>Misleads when: it is read as an explanation of one class: it is the same for all. The sign of a component is arbitrary: it is turned so that the largest magnitude is positive.</para>
    /// <para>Source: Muhammad, Yeasin, «Eigen-CAM», IJCNN 2020. Differs from it in: centred, as is pytorch-grad-cam; the sign is fixed.</para>
    /// </remarks>
    public static CamFormula EigenCam { get; } = new(
        "eigen-cam", "Eigen-CAM", "The first principal component of a layer's activations, whatever the target.", "Muhammad, Yeasin, IJCNN 2020",
        static maps => PrincipalMap.Of(maps, static (a, _) => a))
    {
        Unit = "activation",
    };

    /// <summary>The first principal component of activation times gradient.</summary>
    /// <remarks>
    /// <para>Misleads when: the first component is not what speaks for the target; its sign is arbitrary, and turned so that the largest magnitude is positive.</para>
    /// <para>Source: Eigen-Grad-CAM of the library pytorch-grad-cam. Differs from it in: the sign is fixed.</para>
    /// </remarks>
    public static CamFormula EigenGradCam { get; } = new(
        "eigen-grad-cam", "Eigen-Grad-CAM", "The first principal component of a layer's activations times gradients.", "pytorch-grad-cam",
        static maps => PrincipalMap.Of(maps, static (a, g) => a * g));

    /// <summary>How far the score falls without a channel weighs it: L(u) = Σ_k w_k A_k(u), w_k = (S − S with A_k := 0) ÷ |S|. No gradient: K forward passes from the layer on.</summary>
    /// <remarks>
    /// <para>Misleads when: channels stand in for each other, so that none is missed; the layer does not come after a ReLU, so that 0 is no absence.</para>
    /// <para>Source: Desai, Ramaswamy, «Ablation-CAM», WACV 2020, eq. 3. Differs from it in: divided by the score's magnitude, so that negative scores do not turn the sign.</para>
    /// </remarks>
    public static CamFormula AblationCam { get; } = new(
        "ablation-cam", "Ablation-CAM", "Feature maps of a layer, weighted by how far the score falls without each.", "Desai, Ramaswamy, WACV 2020",
        static maps => ChannelWeights.Weighted(maps, ChannelWeights.Mean))
    {
        Estimator = Estimator.Ablation,
        Unit = "activation",
        Cost = "1 forward pass a channel, from the layer on",
    };

    /// <summary>All formulas.</summary>
    public static ImmutableArray<CamFormula> All { get; } = [GradCam, XGradCam, HiResCam, ElementWise, LayerCam, EigenCam, EigenGradCam, AblationCam];

    /// <summary>The method's id.</summary>
    public string Id { get; }

    /// <summary>The field's name.</summary>
    public string Name { get; }

    /// <summary>One sentence.</summary>
    public string Summary { get; }

    /// <summary>The paper.</summary>
    public string Source { get; }

    /// <summary>In forward and backward passes.</summary>
    public string Cost { get; private init; } = "1 forward + 1 backward pass to the layer, a target";

    /// <summary>What the map is measured in.</summary>
    internal string Unit { get; private init; } = "score by place";

    /// <summary>Where G comes from: gradients, or forward passes that stand for them.</summary>
    internal Estimator Estimator { get; private init; } = Estimator.Point;

    /// <summary>The formula as an aggregator, for recipes of one's own.</summary>
    public Aggregator Aggregator => new LayerMapAggregator(_map);

    /// <inheritdoc/>
    public override string ToString() => Id;

    internal WhiteBoxRecipe Recipe(GradCamOptions options) => new(RuleSet.Gradient, Estimator, options.Layer, new LayerMapAggregator(_map, options.Relu))
    {
        Score = options.Score,
        Rectified = options.Relu,
        Unit = Unit,
        What = Estimator == Estimator.Point ? "gradients" : "channels",
    };

    private static CamFormula Weighted(string id, string name, string summary, string source, ChannelWeight weight) =>
        new(id, name, summary, source, maps => ChannelWeights.Weighted(maps, weight));

    private static CamFormula Summed(string id, string name, string summary, string source, PlaceTerm term) =>
        new(id, name, summary, source, maps => ChannelWeights.Summed(maps, term));
}
