using System.Collections.Immutable;

namespace Unmask;

/// <summary>What one should know before trusting a result.</summary>
public sealed record Diagnostics
{
    /// <summary>How far the attributions are from adding up to the explained difference; <c>null</c> for methods that promise no such sum.</summary>
    public double? CompletenessGap { get; init; }

    /// <summary>The difference of scores that the attributions are to add up to; <c>null</c> for methods that promise no such sum.</summary>
    public double? ExplainedDifference { get; init; }

    /// <summary>How far a map that was estimated from random probes is from the exact one; <c>null</c> for methods that do not know it.</summary>
    public MapUncertainty? Uncertainty { get; init; }

    /// <summary>The linear model that was fitted, and how well it fits; <c>null</c> for methods that fit none.</summary>
    public SurrogateFit? Surrogate { get; init; }

    /// <summary>Which rule covered how many nodes, of methods whose rules are not the derivative; else empty.</summary>
    public ImmutableArray<RuleUse> Rules { get; init; } = [];

    /// <summary>The class features that were found on the input, the strongest first; of methods that look for none, empty.</summary>
    public ImmutableArray<FeatureUse> Features { get; init; } = [];

    /// <summary>The masks that were optimised, one a variant of the objective; empty for methods that optimise none.</summary>
    public ImmutableArray<OptimizedMask> Optimized { get; init; } = [];

    /// <summary>What the reader should know, in whole sentences: a loop over items, a guessed preprocessing, an all-zero map.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
