using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.WhiteBox;

/// <summary>Which program of forward and backward pass is asked for.</summary>
/// <param name="Fed">The value that is given: the explained input, or an inner value from which the model is run on.</param>
/// <param name="Cuts">The values at which multipliers are taken; one may be <paramref name="Fed"/> itself.</param>
/// <param name="Score">The space of the score that is differentiated.</param>
/// <param name="Rules">How multipliers pass operators.</param>
/// <param name="Alone">Whether one item is run at a time, so that threads go inside the operators.</param>
internal sealed record GradientQuestion(string Fed, ImmutableArray<string> Cuts, Score Score, RuleSet Rules, bool Alone)
{
    /// <summary>A second rule set, whose multipliers are asked for as well. Default <c>null</c>: none.</summary>
    public RuleSet? SecondRules { get; init; }

    /// <summary>The cuts whose own values are asked for: all, unless the only one is what is fed.</summary>
    public ImmutableArray<string> Values => Cuts is [var only] && only == Fed ? [] : Cuts;
}
