using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>FG-Vis: the smallest set of single numbers of the input (each pixel and colour for itself) that keeps the score or whose removal takes it away, found without letting the network see anything new.</summary>
/// <remarks>
/// <para>Formula: m* = argmin λ·Σ m − ℓ(e), e = m ⊙ x + (1 − m) ⊙ r (preservation; deletion: λ·Σ (1 − m) + ℓ(e)), by gradients that pass a unit only where min(0, h(x)) ≤ h(e) ≤ max(0, h(x)).</para>
/// <para>Result: the axes of the model's input, 0 to 1: m*, what was kept; of deletion and repression 1 − m*. Pictures show the mean over channels. <see cref="OptimizedMask.Perturbed"/> is e.</para>
/// <para>Cost: 4 rounds of 200 steps, each a forward and a backward pass and the forward pass at the unchanged input with which units are compared. Deterministic.</para>
/// <para>Misleads when: the in-fill is evidence itself; the network has few rectifiers, so that nothing is bounded; the goal is missed (the notes say so); single pixels are read as objects.</para>
/// <para>Source: Wagner, Köhler, Gindele, Hetzel, Wiedemer, Behnke, «Interpretable and Fine-Grained Visual Explanations for Convolutional Neural Networks», CVPR 2019, §3. Differs from it in: λ is
/// searched for in rounds, and the smallest mask of all steps that met the goal is the result; all functions that are 0 at 0 are bounded, not ReLU alone.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph.</param>
/// <param name="options">Default: the preservation game.</param>
public sealed class FgVis(Model model, FgVisOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "fg-vis";

    // One object, so that programs are compiled once.
    private static readonly RuleSet Defence = Composites.Complete(Composites.FgVis);

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "FG-Vis",
        "Finds the fewest pixels and colours that keep the score (or take it away), with gradients that cannot make up new features.",
        "800 × (2 forward + 1 backward) passes a target",
        "the graph",
        "Wagner et al., CVPR 2019",
        FgVisSettings.Table,
        static (model, options) => new FgVis(model, options)) with
    {
        Obstacle = static model => WhiteBoxObstacle.OfInput(model, Defence),
    };

    private readonly FgVisOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new OptimizedPerturbation(model, Id, Recipe(_options)) { Options = FgVisSettings.Table.Describe(_options) }.Explain(input, targets, progress, cancel);

    /// <summary>The method as a choice of slots.</summary>
    public static PerturbationRecipe Recipe(FgVisOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        bool keeps = options.Game is FgVisGame.Preservation or FgVisGame.Generation;
        // Cross-entropy rests once the class is sure; log-odds do not rest before it is gone.
        var score = options.Score ?? (keeps ? Score.LogProbability : Score.LogOdds);
        return new()
        {
            Map = site => new ElementMap(site.Layout),
            Solver = MaskSolver.Sgd(options.Rate),
            Steps = options.Steps,
            Sides = [keeps ? MaskSide.Preservation : MaskSide.Deletion],
            Terms = [new CountTerm(OfReplaced: !keeps) { Weight = options.Size }],
            Start = options.Game is FgVisGame.Preservation or FgVisGame.Deletion ? MaskStart.Ones : MaskStart.Zeros,
            Infill = options.Infill,
            Rules = options.Defence ? Defence : RuleSet.Gradient,
            Search = new((now, whole) => keeps ? Amount(now, score) >= options.Goal * Amount(whole, score) : Amount(now, score) <= (1 - options.Goal) * Amount(whole, score))
            {
                Rounds = options.Rounds,
                Growth = 4,
                DividesTerms = true,
                ByEnds = true,
            },
            Plateau = OptimizedSettings.PlateauOf(options.Tolerance),
            Score = score,
            Readout = keeps ? MaskReadout.Kept : MaskReadout.Removed,
        };
    }

    // Of logarithms the probability, so that a part of it means the same in every space of probabilities.
    private static double Amount(double value, Score score) => score switch
    {
        Score.LogProbability => Math.Exp(value),
        Score.LogOdds => 1 / (1 + Math.Exp(-value)),
        _ => value,
    };
}
