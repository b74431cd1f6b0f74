using System.Numerics.Tensors;
using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Deep Taylor decomposition: z⁺ in every layer of a rectifier network, and a rule for the first layer that knows the range of its inputs.</summary>
/// <remarks>
/// <para>Formula: R_i = Σ_j x_i w_ij⁺ / (Σ_k x_k w_kj⁺) R_j; in the first layer z-box (x_i w_ij − l_i w_ij⁺ − h_i w_ij⁻) or w² (w_ij²) in place of x_i w_ij⁺. Starts from max(0, S_c).</para>
/// <para>Result: the input's (or layer's) own shape, nowhere negative, in units of the score. Σ R = S but for units without a positive contribution.</para>
/// <para>Cost: one forward and one backward pass a target with one more convolution a layer. Deterministic.</para>
/// <para>Misleads when: the network is not made of rectifiers and layers with biases ≤ 0, for which it was derived; nothing can speak against the class; a score ≤ 0 has no decomposition.</para>
/// <para>Source: Montavon et al., «Explaining nonlinear classification decisions with deep Taylor decomposition», Pattern Recognition 2017, eq. 10, 12 and 15. Differs from it in: other activations pass all relevance, and biases take no part.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph of rectifiers.</param>
/// <param name="options">Default: z-box for pictures, w² for other inputs.</param>
public sealed class DeepTaylor(Model model, DeepTaylorOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "deep-taylor";

    private readonly DeepTaylorOptions _options = options ?? new();
    private readonly WhiteBoxRecipe _recipe = Recipe(options ?? new(), model);

    internal static RuleSet Obstacles { get; } = Composites.Complete(Composites.DeepTaylorUnbounded);

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Deep Taylor",
        "Positive contributions only, layer by layer; the first layer knows the range of its inputs.",
        "1 forward + 1 backward pass a target",
        "the graph; float inputs; rectifiers",
        "Montavon et al., Pattern Recognition 2017",
        DeepTaylorSettings.Table,
        static (model, options) => new DeepTaylor(model, options)) with
    {
        Obstacle = static model => WhiteBoxObstacle.OfInput(model, Obstacles),
    };

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, _recipe, progress, cancel).Explain(DeepTaylorSettings.Table.Describe(_options), Complete);

    private static WhiteBoxRecipe Recipe(DeepTaylorOptions options, Model model)
    {
        bool box = options.FirstLayer == FirstLayerRule.Box || (options.FirstLayer == FirstLayerRule.Auto && model.IsPicture);
        var rules = LrpSettings.RulesOf(box ? Composites.DeepTaylor : Composites.DeepTaylorUnbounded, options.Dead, options.Fallback, model);
        return new(rules, Estimator.Point, options.Layer, Aggregator.Contribution)
        {
            Score = options.Score,
            Reduction = options.Reduction,
            Signed = false,
        };
    }

    private static Explanation Complete(Explanation explanation)
    {
        if (explanation.ScoreValue > 0)
        {
            return RelevanceSum.WithResidual(explanation);
        }

        // R ≥ 0 is what the theory needs: it starts from max(0, S).
        return explanation with
        {
            Attributions = Tensor.Create(new float[explanation.Attributions.FlattenedLength], explanation.Attributions.Lengths),
            Diagnostics = explanation.Diagnostics with
            {
                Notes = [.. explanation.Diagnostics.Notes, "The score is not positive, so that deep Taylor decomposition has nothing to decompose: the map is zero. Explain a class with a positive score, or use lrp."],
            },
        };
    }
}
