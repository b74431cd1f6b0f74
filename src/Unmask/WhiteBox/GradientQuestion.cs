using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.WhiteBox;

/// <summary>Which program of forward and backward pass is asked for.</summary>
/// <param name="Fed">The value that is given: the explained input, or an inner value from which the model is run on.</param>
/// <param name="Cuts">The values at which multipliers are taken; one may be <paramref name="Fed"/> itself.</param>
/// <param name="Score">The space of the score that is differentiated.</param>
/// <param name="Rules">How multipliers pass operators.</param>
/// <param name="Alone">Whether one item is run at a time, so that threads go inside the operators.</param>
/// <param name="HasReference">Whether what is fed has a reference beside its value, with which rules compare.</param>
internal sealed record GradientQuestion(string Fed, ImmutableArray<string> Cuts, Score Score, RuleSet Rules, bool Alone, bool HasReference = false)
{
    /// <summary>The inner value whose elements are differentiated instead of the score's classes; <c>null</c>: the score.</summary>
    public string? Layer { get; init; }

    /// <summary>The inner value through which alone multipliers are followed; <c>null</c>: every way.</summary>
    public string? Through { get; init; }

    /// <summary>Shapes of the model's inputs where loops take their number of steps from them; <c>null</c>: as the model states them.</summary>
    public ImmutableSortedDictionary<string, Shape>? Shapes { get; init; }

    /// <summary>Every value of the model that the program takes or gives by items.</summary>
    public IEnumerable<string> Inner => Cuts.Concat(new[] { Fed, Layer, Through }.OfType<string>());

    /// <summary>What else is computed of the multipliers on their way; <c>null</c>: nothing.</summary>
    public WalkObservation? Observes { get; init; }

    /// <summary>A second rule set, whose multipliers are asked for as well. Default <c>null</c>: none.</summary>
    public RuleSet? SecondRules { get; init; }

    /// <summary>The cuts whose own values are asked for: all, unless the only one is what is fed.</summary>
    public ImmutableArray<string> Values => Cuts is [var only] && only == Fed && Observes is null ? [] : Cuts;
}
