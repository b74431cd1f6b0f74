using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>How <see cref="Gradient.Build"/> builds a program.</summary>
public sealed record GradientOptions
{
    /// <summary>How multipliers pass operators. Default: the derivative (<see cref="RuleSet.Gradient"/>).</summary>
    public RuleSet Rules { get; init; } = RuleSet.Gradient;

    /// <summary>Inner values, inputs or other outputs that the program returns as well, under their own names. Default: none.</summary>
    public ImmutableArray<string> Expose { get; init; } = [];

    /// <summary>
    /// Whether a cut from which only piecewise constant paths lead to the target (comparisons, ArgMax) gets zeros instead of an error. Default
    /// <c>false</c>, since such a map says nothing; <c>true</c> for second derivatives, which are zero in a network of rectifiers.
    /// </summary>
    public bool ZerosWithoutPath { get; init; }

    /// <summary>
    /// Inputs (or inner values) that have a reference (baseline) beside their value: the program then has a further input <c>NAME_Reference</c> for each, computes all
    /// that depends on them once more, lets rules compare, and returns the target and the cuts there. Default: none; rule sets such as DeepLIFT need one.
    /// </summary>
    public ImmutableArray<string> References { get; init; } = [];

    /// <summary>
    /// An inner value y through which alone multipliers are followed: the program gets a further input p of y's shape (<see cref="GradientProgram.Part"/>), and a
    /// cut's multiplier is that of p ⊙ ∂⟨v, target⟩/∂y carried back from y. With p = 1 at some units of y and 0 elsewhere it is what passes those units.
    /// Default <c>null</c>: every way. Only with the derivative as <see cref="Rules"/>, without <see cref="References"/> and <see cref="Observes"/>.
    /// </summary>
    public string? Through { get; init; }

    /// <summary>What else is computed of the multipliers on their way; <c>null</c> (default): nothing.</summary>
    public WalkObservation? Observes { get; init; }
}
