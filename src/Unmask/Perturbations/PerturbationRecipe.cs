using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask;

/// <summary>
/// An optimised perturbation: what is made small is Σ over sides of weight × score of Φ(x, m), plus the terms; where m is a mask of the parameters θ. Each property is a slot;
/// every method that descends on a mask is a choice of them.
/// </summary>
public sealed record PerturbationRecipe
{
    /// <summary>What one parameter means: makes the map from parameters to masks for what is masked. A map with one feed only, whose cells are the parameters.</summary>
    public required Func<MaskSite, MaskMap> Map { get; init; }

    /// <summary>How the parameters are changed. Default: Adam at a rate of 0.1.</summary>
    public MaskSolver Solver { get; init; } = MaskSolver.Adam(0.1);

    /// <summary>Steps of the solver, at least 1. Default 300.</summary>
    public int Steps { get; init => field = Require.Positive(value); } = 300;

    /// <summary>What the score is asked of: which part of the input is kept, and whether the score shall rise or fall. Default: it shall fall where the mask's 1 is kept (deletion).</summary>
    public ImmutableArray<MaskSide> Sides { get; init; } = [MaskSide.Deletion];

    /// <summary>What else is made small. Default: nothing.</summary>
    public ImmutableArray<ObjectiveTerm> Terms { get; init; } = [];

    /// <summary>What a parameter is. Default: the cell itself, held within 0 and 1.</summary>
    public MaskParameters Parameters { get; init; } = MaskParameters.Values;

    /// <summary>Masks of one problem, 1 or 2. Two share the picture and the objective; their product is a third that sides may ask about. Default 1.</summary>
    public int Masks { get; init => field = Require.Between(value, 1, 2); } = 1;

    /// <summary>Where the parameters start. Default: ones, everything is kept.</summary>
    public MaskStart Start { get; init; } = MaskStart.Ones;

    /// <summary>How a mask becomes the masks at which the score is asked. Default: itself.</summary>
    public RelaxedLaw Law { get; init; } = RelaxedLaw.Point;

    /// <summary>How mask, input and in-fill become a perturbed input. Default: m ⊙ x + (1 − m) ⊙ x̂.</summary>
    public Composition Composition { get; init; } = Composition.Blend;

    /// <summary>What replaces what is not kept. Default: the picture blurred by σ = 10 pixels.</summary>
    public Infill Infill { get; init; } = Infill.Blur(10);

    /// <summary>What is masked: the input, or the value of an inner layer. Default the input.</summary>
    public Cut Site { get; init; } = Cut.Input;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }

    /// <summary>κ ≥ 0: a side counts by max(0, κ ± score), so that it no longer pulls once it is won by κ. Default <c>null</c>: by the score itself.</summary>
    public double? Hinge { get; init; }

    /// <summary>How the perturbed input moves from step to step, so that no mask can rely on single pixels. Default: it does not.</summary>
    public Jitter Jitter { get; init; } = Jitter.None;

    /// <summary>Standard deviation of normal noise on each perturbed input, drawn anew at each step, in the units of the model's input; 0 or more. Default 0.</summary>
    public double Noise { get; init => field = Require.NotNegative(value); }

    /// <summary>When to stop before all steps are done. Default <c>null</c>: never.</summary>
    public Plateau? Plateau { get; init; }

    /// <summary>How the balance of scores and terms is found, in rounds of <see cref="Steps"/> each. Default <c>null</c>: it is that of the weights.</summary>
    public WeightSearch? Search { get; init; }

    /// <summary>How the channels of a mask that has them become one map. Default the mean.</summary>
    public ChannelReduction ChannelReduction { get; init; } = ChannelReduction.Mean;

    /// <summary>What of the masks is shown. Default: the part that is kept.</summary>
    public MaskReadout Readout { get; init; } = MaskReadout.Kept;

    /// <summary>Standard deviation of a Gaussian that smooths the map, as a fraction of the shorter side; 0 or more. Default 0: none.</summary>
    public double Smoothing { get; init => field = Require.NotNegative(value); }

    /// <summary>How multipliers pass the network's operators. Default: the derivative.</summary>
    public RuleSet Rules { get; init; } = RuleSet.Gradient;

    /// <summary>
    /// What the parameters may be, of what is masked: the lowest and highest number of each. Default <c>null</c>: 0 and 1, or of logits −8 and 8, beyond which they would never
    /// come back.
    /// </summary>
    public Func<MaskSite, (float[] Low, float[] High)>? Bounds { get; init; }

    /// <summary>Seed of starts, noise, jitter and laws. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Problems for each target: as many as the term with the most variants has (for instance areas).</summary>
    internal int Variants => Terms.Aggregate(1, (most, term) => Math.Max(most, term.Variants));

    /// <summary>Whether two evaluations at the same parameters may differ from step to step.</summary>
    internal bool IsRandom => Noise > 0 || Law.IsRandom || Jitter.IsRandom || (Composition.UsesInfill && Infill.IsStochastic);
}

/// <summary>What a parameter of an optimised mask is.</summary>
public enum MaskParameters
{
    /// <summary>The cell itself, held within its bounds.</summary>
    Values,

    /// <summary>The cell's log-odds: the cell is their sigmoid.</summary>
    Logits,
}

/// <summary>What of an optimised mask is shown.</summary>
public enum MaskReadout
{
    /// <summary>The mask: 1 where the input is kept. Of several problems (areas) the mean, of two masks their product.</summary>
    Kept,

    /// <summary>1 − mask: 1 where the input is replaced.</summary>
    Removed,

    /// <summary>What is added to the input or to the in-fill, signed, in units of the model's input.</summary>
    Added,
}

/// <summary>When an optimisation has come to rest: the objective has not fallen by more than a part of its size for a number of steps.</summary>
/// <param name="Tolerance">The part of the best objective's size by which it must fall to count, above 0.</param>
/// <param name="Patience">Steps without such a fall after which a problem stops, at least 1.</param>
public sealed record Plateau(double Tolerance = 1e-3, int Patience = 50);

/// <summary>What is masked.</summary>
/// <param name="Input">The explained input.</param>
/// <param name="Layout">The axes of what is masked: those of the input, or of the layer.</param>
/// <param name="Name">The value's name in the model.</param>
public sealed record MaskSite(ModelInput Input, InputLayout Layout, string Name)
{
    /// <summary>Whether it is the input itself.</summary>
    public bool IsInput { get; init; } = true;
}
