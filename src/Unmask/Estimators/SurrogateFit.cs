using System.Collections.Immutable;

namespace Unmask;

/// <summary>A linear model of the score around one input, g(z) = intercept + Σ coefficient·z over segments (z = 1: kept), and how well it fits.</summary>
public sealed record SurrogateFit
{
    /// <summary>The segments that the coefficients belong to.</summary>
    public required Segments Segments { get; init; }

    /// <summary>One number a segment, in units of the score; 0 for those that selection or the lasso left out.</summary>
    public required ImmutableArray<double> Coefficients { get; init; }

    /// <summary>g with every segment hidden, in units of the score.</summary>
    public required double Intercept { get; init; }

    /// <summary>g with every segment kept: to be compared with the score itself.</summary>
    public required double LocalPrediction { get; init; }

    /// <summary>The part of the weighted variance of the score that g explains, at most 1; <c>null</c> when the score did not vary.</summary>
    public double? RSquared { get; init; }

    /// <summary>
    /// The sampling error of each coefficient, in units of the score; it does not assume that g is right or the weights are (White 1980).
    /// <c>null</c> for the lasso, when every coalition was tried, and when there are no more samples than coefficients.
    /// </summary>
    public ImmutableArray<double>? StandardErrors { get; init; }

    /// <summary>(Σπ)² ÷ Σπ²: as many samples of equal weight would say as much.</summary>
    public required double EffectiveSampleSize { get; init; }
}
