using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>A graph that computes a target and the multipliers at cuts.</summary>
/// <param name="Graph">
/// The forward and the backward pass as one graph of standard operators. Its inputs are those of the model, then <paramref name="Seed"/>, then
/// <paramref name="References"/>; its outputs are the target, what was to be exposed, and the multipliers.
/// </param>
/// <param name="Target">The value that is differentiated, by its name in the model.</param>
/// <param name="Seed">The input that takes the multiplier v of the target, of the target's shape: one-hot for a class, a difference for a contrast.</param>
/// <param name="Cuts">The values with respect to which it is differentiated, by their names in the model.</param>
/// <param name="Multipliers">The outputs that hold the multipliers, one for each cut and of its shape: for the derivative, ∂⟨v, target⟩/∂cut.</param>
/// <param name="References">The inputs that take the references, in the order of <see cref="GradientOptions.References"/>.</param>
public sealed record GradientProgram(
    Graph Graph, string Target, string Seed, ImmutableArray<string> Cuts, ImmutableArray<string> Multipliers, ImmutableArray<string> References)
{
    /// <summary>The outputs that hold what was observed on the way.</summary>
    public ImmutableArray<string> Observed { get; init; } = [];

    /// <summary>The output that holds the target at the reference; <c>null</c>: the program has no reference.</summary>
    public string? TargetReference { get; init; }

    /// <summary>The outputs that hold the cuts at the reference, one for each; empty: the program has no reference.</summary>
    public ImmutableArray<string> CutReferences { get; init; } = [];

    /// <summary>The input that takes the part p of <see cref="GradientOptions.Through"/>, of that value's shape; <c>null</c> without it.</summary>
    public string? Part { get; init; }

    /// <summary>
    /// The outputs that hold relevance which is no multiple of a cut's value (rules for first layers), one for each cut; empty text where there is none. The contribution of
    /// a cut is value ⊙ multiplier + this.
    /// </summary>
    public ImmutableArray<string> Relevances { get; init; } = [];

    /// <summary>Which rule covered which node, from the target back.</summary>
    public ImmutableArray<RuleCoverage> Coverage { get; init; } = [];

    /// <summary>The output that holds the multiplier of a cut.</summary>
    /// <exception cref="ArgumentException">It is not a cut of this program.</exception>
    public string MultiplierOf(string cut) => Cuts.IndexOf(cut) is var index and >= 0
        ? Multipliers[index]
        : throw new ArgumentException($"\"{cut}\" is not a cut of this program. Its cuts are: {string.Join(", ", Cuts)}.", nameof(cut));
}

/// <summary>The rule that covered a node.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Operator">Its operator, with its domain unless that is the standard one.</param>
/// <param name="Rule">The rule's name: <c>gradient</c>, <c>zplus</c>; <c>merged</c> for what belongs to the layer before it.</param>
public sealed record RuleCoverage(string Node, string Operator, string Rule);
