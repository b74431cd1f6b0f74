using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Which feature maps Grad-CAM weighs.</summary>
public sealed record GradCamOptions
{
    /// <summary>The layer with places: feature maps, or tokens of a picture. Default <see cref="Cut.LastSpatial"/>: found by itself.</summary>
    public Cut Layer { get; init; } = Cut.LastSpatial;

    /// <summary>Whether pictures and metrics show only what speaks for the target, as in the paper. Default <c>true</c>. The array always keeps the negative part.</summary>
    public bool Relu { get; init; } = true;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>Grad-CAM: the feature maps of a layer, each weighted by the mean gradient of the score over its places.</summary>
/// <remarks>
/// <para>Formula: L(u) = Σ_k w_k A_k(u), w_k = 1/Z Σ_u ∂S_c/∂A_k(u). Pictures show max(0, L).</para>
/// <para>Result: [height, width] of the layer's grid, before the ReLU, in units of the score by place; pictures and metrics resize it bilinearly.</para>
/// <para>Cost: one forward and one backward pass to the layer, a target. Deterministic.</para>
/// <para>Misleads when: the layer is coarse (a 7 × 7 grid says little about edges); gradients of opposite sign within a channel cancel in w_k; only in networks that average their last maps does it equal CAM.</para>
/// <para>Source: Selvaraju et al., «Grad-CAM», ICCV 2017, eq. 1 and 2. Differs from it in: the ReLU acts on pictures, not on the array; of vision transformers the tokens that enter the last attention serve as feature maps.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph on pictures.</param>
/// <param name="options">Default: the last feature maps before pooling.</param>
public sealed class GradCam(Model model, GradCamOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "grad-cam";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Grad-CAM",
        "Feature maps of a layer, weighted by the mean gradient of the score.",
        "1 forward + 1 backward pass to the layer, a target",
        "the graph; a picture; feature maps or tokens",
        "Selvaraju et al., ICCV 2017",
        GradCamSettings.Table,
        static (model, options) => new GradCam(model, options)) with
    {
        Obstacle = WhiteBoxObstacle.OfMaps,
    };

    private readonly GradCamOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, Recipe(_options), progress, cancel).Explain(GradCamSettings.Table.Describe(_options));

    internal static WhiteBoxRecipe Recipe(GradCamOptions options) => new(RuleSet.Gradient, Estimator.Point, options.Layer, Aggregator.MeanWeights)
    {
        Score = options.Score,
        Rectified = options.Relu,
        Unit = "score by place",
    };
}

/// <summary>Grad-CAM's settings on the command line.</summary>
internal static class GradCamSettings
{
    public static SettingTable<GradCamOptions> Table { get; } = new SettingTable<GradCamOptions>(new())
        .Add("layer", "The layer with places: last-spatial, or the name of a layer (`unmask inspect` lists them).", o => o.Layer.Name, (o, text) => o with { Layer = Cut.Parse(text) })
        .Add("relu", "true or false: whether pictures and metrics show only what speaks for the target. The array keeps everything.", o => SettingText.Of(o.Relu), (o, text) => o with { Relu = SettingText.Bool(text) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}
