using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Which feature maps LIFT-CAM weighs.</summary>
public sealed record LiftCamOptions
{
    /// <summary>The layer with places: feature maps, or tokens of a picture. Default <see cref="Cut.LastSpatial"/>: found by itself.</summary>
    public Cut Layer { get; init; } = Cut.LastSpatial;

    /// <summary>Whether pictures and metrics show only what speaks for the target. Default <c>true</c>. The array always keeps the negative part.</summary>
    public bool Relu { get; init; } = true;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>LIFT-CAM: the feature maps of a layer, each weighted by what DeepLIFT says that it adds to the score.</summary>
/// <remarks>
/// <para>Formula: L(u) = Σ_k w_k A_k(u), w_k = Σ_u A_k(u) m_k(u): DeepLIFT of the network behind the layer, from a layer that is zero. Pictures show max(0, L).</para>
/// <para>Result: [height, width] of the layer's grid, before the ReLU; pictures and metrics resize it bilinearly. Σ_k w_k = S(A) − S(0).</para>
/// <para>Cost: two forward passes and one backward pass behind the layer, a target. Deterministic.</para>
/// <para>Misleads when: the layer is coarse; zero is no state that the network knows (behind a layer that is centred it is not «nothing»).</para>
/// <para>Source: Jung, Oh, «Towards Better Explanations of Class Activation Mapping», ICCV 2021. Behind a linear head w_k is the exact Shapley value of a feature map. Differs from it in: the ReLU acts on pictures, not on the array.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph on pictures.</param>
/// <param name="options">Default: the last feature maps before pooling.</param>
public sealed class LiftCam(Model model, LiftCamOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "lift-cam";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "LIFT-CAM",
        "Feature maps of a layer, weighted by their DeepLIFT contributions.",
        "2 forward + 1 backward passes behind the layer, a target",
        "the graph; a picture; feature maps or tokens",
        "Jung, Oh, ICCV 2021",
        LiftCamSettings.Table,
        static (model, options) => new LiftCam(model, options)) with
    {
        Obstacle = static model => WhiteBoxObstacle.OfMaps(model, RuleSet.DeepLift()),
    };

    private readonly LiftCamOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, Recipe(_options), progress, cancel).Explain(LiftCamSettings.Table.Describe(_options));

    internal static WhiteBoxRecipe Recipe(LiftCamOptions options) => new(RuleSet.DeepLift(), Estimator.FromZero, options.Layer, Aggregator.ContributionWeights)
    {
        Moved = options.Layer,
        Score = options.Score,
        Rectified = options.Relu,
        Unit = "score times activation",
    };
}

/// <summary>LIFT-CAM's settings on the command line.</summary>
internal static class LiftCamSettings
{
    public static SettingTable<LiftCamOptions> Table { get; } = new SettingTable<LiftCamOptions>(new())
        .Add("layer", "The layer with places: last-spatial, or the name of a layer (`unmask inspect` lists them).", o => o.Layer.Name, (o, text) => o with { Layer = Cut.Parse(text) })
        .Add("relu", "true or false: whether pictures and metrics show only what speaks for the target. The array keeps everything.", o => SettingText.Of(o.Relu), (o, text) => o with { Relu = SettingText.Bool(text) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}
