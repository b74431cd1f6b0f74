namespace Unmask.Graphs;

/// <summary>
/// What is told apart by the sign of a difference from the reference. Of a value: Δ⁺ ≥ 0 and Δ⁻ ≤ 0 with Δ⁺ + Δ⁻ = Δ. Of a multiplier: m⁺ and m⁻, which
/// stand for the contribution m⁺Δ⁺ + m⁻Δ⁻.
/// </summary>
internal readonly record struct SignedParts(Expression Plus, Expression Minus)
{
    public static SignedParts operator +(SignedParts one, SignedParts other) => new(one.Plus + other.Plus, one.Minus + other.Minus);

    /// <summary>A difference by its own sign.</summary>
    public static SignedParts Of(Expression difference) => new(difference.Relu(), -(-difference).Relu());

    /// <summary>One multiplier of a value whose parts are those of its own difference's sign; where that is 0, the mean.</summary>
    public Expression Joined(Expression difference) =>
        Plus.Where(difference > 0, Minus.Where(difference < 0, 0.5 * (Plus + Minus)));
}
