using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Layer-wise relevance propagation: the score is handed back from layer to layer, each unit's share to its inputs by a rule for the layer.</summary>
/// <remarks>
/// <para>Formula: R_i = Σ_j q_ij R_j with Σ_i q_ij ≤ 1 as the rules of the composite say: ε q = x_i w_ij/(z_j + ε sgn z_j); z⁺, γ, αβ weigh contributions by their sign; attention by AttnLRP or CP-LRP.</para>
/// <para>Result: the input's (or layer's) own shape, signed, in units of the score. Σ R = S but for what biases and dead units keep; the residual is part of the result.</para>
/// <para>Cost: one forward and one backward pass a target; rules that look at signs take up to four convolutions a layer. Deterministic.</para>
/// <para>Misleads when: it is read as a derivative: it splits the score, it does not say what a change would do; composites give different maps of the same network; α2β1 draws hard edges whatever the class; ε alone is close to gradient × input.</para>
/// <para>Source: Bach et al., PLoS ONE 2015; Montavon et al., «LRP: an overview», 2019; AttnLRP: Achtibat et al., ICML 2024; CP-LRP: Ali et al., ICML 2022. Differs from them in: biases keep their share in denominators; sums and average pools need no stabiliser.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph.</param>
/// <param name="options">Default: z⁺ in convolutions, ε in dense layers.</param>
public sealed class Lrp(Model model, LrpOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "lrp";

    /// <summary>The id with the composite of AttnLRP.</summary>
    public const string AttentionId = "attn-lrp";

    /// <summary>The id with the composite of CP-LRP.</summary>
    public const string ConservativeId = "cp-lrp";

    private readonly LrpOptions _options = options ?? new();
    private readonly WhiteBoxRecipe _recipe = Recipe(options ?? new(), model);

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = InfoOf(
        Id, "LRP", "The score, handed back layer by layer by rules that can be chosen for every layer.", "Bach et al., PLoS ONE 2015", LrpSettings.Table);

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo AttentionInfo { get; } = InfoOf(
        AttentionId, "AttnLRP", "LRP for transformers: halves at products, through softmax, frozen norms.", "Achtibat et al., ICML 2024", LrpSettings.Attention);

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo ConservativeInfo { get; } = InfoOf(
        ConservativeId, "CP-LRP", "LRP for transformers with attention weights and norms as constants.", "Ali et al., ICML 2022", LrpSettings.Conservative);

    /// <inheritdoc/>
    public string Method => LrpSettings.IdOf(_options.Composite);

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, _recipe, progress, cancel).Explain(LrpSettings.Table.Describe(_options), RelevanceSum.WithResidual);

    /// <summary>The recipe; bounds that a box leaves open are those of the pictures that the model sees.</summary>
    internal static WhiteBoxRecipe Recipe(LrpOptions options, Model? model = null) => new(LrpSettings.RulesOf(options.Composite, options.Dead, options.Fallback, model), Estimator.Point, options.Layer, Aggregator.Contribution)
    {
        Score = options.Score,
        Reduction = options.Reduction,
    };

    private static MethodInfo InfoOf(string id, string name, string summary, string source, SettingTable<LrpOptions> table)
    {
        var rules = Composites.Complete(table.Defaults.Composite);
        return MethodInfo.Of(
            id, name, summary, "1 forward + 1 backward pass a target", "the graph; float inputs, or a layer", source, table, static (model, options) => new Lrp(model, options)) with
        {
            Obstacle = model => WhiteBoxObstacle.OfInput(model, rules),
        };
    }
}
