using System.Collections.Immutable;

namespace Unmask;

/// <summary>A mask that was found, and how.</summary>
public sealed record OptimizedMask
{
    /// <summary>Which variant of the objective, for instance <c>area 0.1</c>; empty where there is one only.</summary>
    public required string Variant { get; init; }

    /// <summary>The mask at full size, 1 = keep, row by row (of two masks their product).</summary>
    public required ImmutableArray<float> Mask { get; init; }

    /// <summary>The mean of the mask, 0 to 1; of additions the part of elements that they change.</summary>
    public required double Kept { get; init; }

    /// <summary>The mean of what the mask is cut out of, on which areas are measured, 0 to 1.</summary>
    public required double Area { get; init; }

    /// <summary>The target's score at the mask itself (no draws, no noise), for each side in the recipe's order.</summary>
    public required ImmutableArray<double> Scores { get; init; }

    /// <summary>The objective at the end, in the terms of <see cref="History"/>: with the last step's weights, draws and noise.</summary>
    public required double Objective { get; init; }

    /// <summary>Steps that were taken.</summary>
    public required int Steps { get; init; }

    /// <summary>Why it ended there, as the end of a sentence.</summary>
    public required string StopReason { get; init; }

    /// <summary>The objective before each step.</summary>
    public required ImmutableArray<double> History { get; init; }

    /// <summary>The target's mean score over the views before each step.</summary>
    public required ImmutableArray<double> ScoreHistory { get; init; }

    /// <summary>The rounds of a <see cref="WeightSearch"/>; empty: there was none.</summary>
    public ImmutableArray<WeightTrial> Trials { get; init; } = [];

    /// <summary>Whether the goal of the search was met by any mask; without a search <c>true</c>.</summary>
    public bool Succeeded { get; init; } = true;

    /// <summary>The perturbed input, in the model's axis order and units, of masks with a number for each element of it; empty for others.</summary>
    public ImmutableArray<float> Perturbed { get; init; } = [];

    /// <summary>The parameters.</summary>
    public required ImmutableArray<float> Parameters { get; init; }
}
