using System.Globalization;
using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Excitation backprop: the probability that a winner-take-all walk from the class down the positive connections ends at a place; contrastive: minus that of «not the class».</summary>
/// <remarks>
/// <para>Formula: P(x_i) = Σ_j [x_i w_ij⁺ / Σ_k x_k w_kj⁺] P(y_j), P = 1 at the class. Contrastive: P of the classifier's weights minus P of their negatives, in one pass.</para>
/// <para>Result: the layer's own shape, shares of 1, nowhere negative; contrastive: signed, pictures show the positive part. Pictures add up channels.</para>
/// <para>Cost: one forward and one backward pass to the layer, a target, with one more convolution a layer. Deterministic.</para>
/// <para>Misleads when: units have no positive contribution (their share is lost unless dead=epsilon; the sum says how much); activations are not rectifiers; it is read at the input, whose negative values get nothing; without contrast, all classes light up much the same.</para>
/// <para>Source: Zhang et al., «Top-down neural attention by excitation backprop», ECCV 2016, eq. 3 and §3.3. Differs from it in: batch normalisation is part of the layer before it.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph of rectifiers.</param>
/// <param name="options">Default: not contrastive, at the stage before the last.</param>
public sealed class ExcitationBackprop(Model model, ExcitationBackpropOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "excitation-backprop";

    // Rounding of 32-bit floats over many elements stays below.
    private const double Noticed = 1e-3;

    private readonly ExcitationBackpropOptions _options = options ?? new();
    private readonly WhiteBoxRecipe _recipe = Recipe(options ?? new());

    internal static RuleSet Plain { get; } = Composites.Complete(Composites.Excitation);

    internal static RuleSet Contrast { get; } = Composites.Complete(Composites.ContrastiveExcitation);

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Excitation backprop",
        "Where a walk from the class down the positive connections ends; contrastive: minus «not the class».",
        "1 forward + 1 backward pass to the layer, a target",
        "the graph; a picture; feature maps",
        "Zhang et al., ECCV 2016",
        ExcitationBackpropSettings.Table,
        static (model, options) => new ExcitationBackprop(model, options)) with
    {
        Obstacle = static model => WhiteBoxObstacle.OfMaps(model, Plain),
    };

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, _recipe, progress, cancel).Explain(ExcitationBackpropSettings.Table.Describe(_options), WithSum);

    private static WhiteBoxRecipe Recipe(ExcitationBackpropOptions options)
    {
        var rules = options is not { Dead: DeadUnits.Lose, Fallback: RuleFallback.None }
            ? LrpSettings.RulesOf(options.Contrastive ? Composites.ContrastiveExcitation : Composites.Excitation, options.Dead, options.Fallback)
            : options.Contrastive ? Contrast : Plain;
        return new(rules, Estimator.Point, options.Layer, Aggregator.Contribution)
        {
            Score = options.Score,
            Signed = options.Contrastive,
            Rectified = options.Contrastive,
            Unit = "share of the winner",
        };
    }

    private Explanation WithSum(Explanation explanation)
    {
        double sum = 0;
        foreach (float value in explanation.ToArray())
        {
            sum += value;
        }

        if (_options.Contrastive && !explanation.Diagnostics.Rules.Any(rule => rule.Rule == NodeRule.ContrastiveExcitation.Name))
        {
            throw new UnmaskException($"No layer lies between \"{_recipe.Cut.Name}\" and the score: there is nothing to contrast. Choose an earlier layer (--layer; `unmask inspect` lists them).");
        }

        // The contrast adds up to 0 where nothing is lost, a contrast of two classes as well.
        double expected = _options.Contrastive || explanation.Target.Against is not null ? 0 : 1;
        return Math.Abs(sum - expected) <= Noticed ? explanation : explanation with
        {
            Diagnostics = explanation.Diagnostics with
            {
                Notes = [.. explanation.Diagnostics.Notes, string.Create(CultureInfo.InvariantCulture, $"The shares add up to {sum:0.####} instead of {expected}: ways that lead past the layer, and units without a positive contribution, have the rest.")],
            },
        };
    }
}
