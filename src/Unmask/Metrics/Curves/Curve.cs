using System.Collections.Immutable;

namespace Unmask.Metrics;

/// <summary>The score while an input is destroyed or built up.</summary>
/// <param name="At">Where each score was taken on the axis, rising from 0 to at most 1.</param>
/// <param name="Scores">The target's score there.</param>
public sealed record Curve(ImmutableArray<double> At, ImmutableArray<double> Scores)
{
    /// <summary>The area under the curve by trapezoids. On an axis of equal steps this is (Σ s − s₀ ÷ 2 − sₙ ÷ 2) ÷ n.</summary>
    public double Area
    {
        get
        {
            double area = 0;
            for (int i = 1; i < At.Length; i++)
            {
                area += (At[i] - At[i - 1]) * (Scores[i] + Scores[i - 1]) / 2;
            }

            return area;
        }
    }

    /// <inheritdoc/>
    public bool Equals(Curve? other) => other is not null && At.AsSpan().SequenceEqual(other.At.AsSpan()) && Scores.AsSpan().SequenceEqual(other.Scores.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(At.Length, Scores.Length > 0 ? Scores[^1] : 0);
}
