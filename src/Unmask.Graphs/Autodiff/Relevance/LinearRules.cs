namespace Unmask.Graphs;

/// <summary>
/// Relevance rules for linear nodes, in multipliers: relevance in is R = z ⊙ m, relevance out is x ⊙ (what is sent). For x ≥ 0 and x &lt; 0 a rule
/// may send different multipliers; none divides by x.
/// </summary>
internal static class LinearRules
{
    // Keeps quotients finite. Where a denominator is so small that it matters, there is next to no relevance.
    private const double Stabilizer = 1e-6;

    /// <summary>
    /// R_i = Σ_j x_i w_ij R_j / (z_j + ε sgn z_j): Bach et al. 2015, eq. 58; sgn 0 = 1. With R_j = z_j m_j the quotient is m_j |z_j| / (|z_j| + ε): ε = 0 is
    /// the derivative.
    /// </summary>
    public static void Epsilon(LinearUnit u, double epsilon, bool bias)
    {
        if (!bias && u.Bias is { } b)
        {
            u.Send(u.Transpose(u.Relevance / Stable(u.Z - b, epsilon), u.W));
            return;
        }

        var size = u.Z.Abs();
        u.Send(u.Transpose(epsilon == 0 ? u.Dy : u.Dy * (size / (size + epsilon)), u.W));
    }

    /// <summary>
    /// R_i = Σ_j (α (x_i w_ij)⁺ / z_j⁺ − β (x_i w_ij)⁻ / z_j⁻) R_j: Bach et al. 2015, eq. 60, for any sign of x. The bias' parts belong to the denominators. Units of which one
    /// denominator is 0 lose that part, or follow the ε-rule.
    /// </summary>
    public static void AlphaBeta(LinearUnit u, double alpha, double beta, bool bias, DeadUnits dead)
    {
        var relevance = u.Relevance;
        var positive = Denominator(u, u.Positive, u.Negative, bias ? u.Bias?.Relu() : null);
        var negative = beta == 0 ? (Expression?)null : Denominator(u, u.Negative, u.Positive, bias && u.Bias is { } own ? -(-own).Relu() : null);
        Expression? rescued = null;
        if (dead == DeadUnits.Epsilon)
        {
            var lives = negative is { } below ? (positive > 0) & (below < 0) : positive > 0;
            rescued = u.Transpose(relevance.Where(!lives) / Stable(!bias && u.Bias is { } b ? u.Z - b : u.Z), u.W);
            relevance = relevance.Where(lives);
        }

        var sent = Shared(u, relevance * alpha / (positive + Stabilizer), u.Positive, u.Negative);
        sent = negative is { } sum ? sent - Shared(u, relevance * beta / (sum - Stabilizer), u.Negative, u.Positive) : sent;
        u.Send(rescued is { } more ? sent + more : sent);
    }

    /// <summary>
    /// Excitation backprop: P(x_i) = Σ_j x_i w_ij⁺ / (Σ_k x_k w_kj⁺) P_j for x ≥ 0, without bias; where the denominator is 0, nothing or x_i w_ij / (Σ_k x_k w_kj) P_j. Zhang et
    /// al. 2016, eq. 3. Negative inputs get nothing.
    /// </summary>
    public static void Excitation(LinearUnit u, DeadUnits dead)
    {
        var sent = Excited(u, u.Positive);
        if (dead == DeadUnits.Epsilon)
        {
            var x = u.IsNonNegative ? u.X : u.X.Relu();
            var rest = u.Transpose((u.Relevance / Stable(u.Apply(x, u.W))).Where(u.Apply(x, u.Positive) <= 0), u.W);
            sent += u.IsNonNegative ? rest : rest.Where(u.X > 0);
        }

        u.Send(sent);
    }

    /// <summary>The difference to what weights of opposite sign would give: the contrast of Zhang et al. 2016, §3.3, at the classifier.</summary>
    public static void ContrastiveExcitation(LinearUnit u) => u.Send(Excited(u, u.Positive) - Excited(u, (-u.W).Relu()));

    /// <summary>
    /// Generalised γ: where z &gt; 0 positive contributions count 1 + γ times, where z &lt; 0 negative ones do. For x ≥ 0 and z &gt; 0: R_i = Σ_j x_i (w_ij + γ w_ij⁺) R_j / Σ_k …,
    /// Montavon et al., «Layer-wise relevance propagation: an overview», 2019, §10.2.
    /// </summary>
    public static void Gamma(LinearUnit u, double gamma, bool bias)
    {
        // The side is that of the sum that is divided by: without the bias' share it may be another than that of z.
        var z = !bias && u.Bias is { } own ? u.Z - own : u.Z;
        bool rectified = u.IsRectified && (bias || u.Bias is null);
        var (more, less) = (u.W + (gamma * u.Positive), u.W + (gamma * u.Negative));
        var positive = Denominator(u, more, less, bias ? u.Bias is { } b ? b + (gamma * b.Relu()) : null : null);
        var share = (u.Relevance / (positive + Stabilizer)).Where(z > 0);
        var sent = BySign(u, u.Transpose(share, more), () => u.Transpose(share, less));
        if (!rectified)
        {
            var negative = Denominator(u, less, more, bias ? u.Bias is { } c ? c - (gamma * (-c).Relu()) : null : null);
            var other = (u.Relevance / (negative - Stabilizer)).Where(z < 0);
            sent += BySign(u, u.Transpose(other, less), () => u.Transpose(other, more));
        }

        u.Send(sent);
    }

    /// <summary>A denominator kept away from 0, on its own side; 0 counts as positive.</summary>
    public static Expression Stable(Expression z, double epsilon = Stabilizer) => Expression.Emit("Where", z >= 0, z + epsilon, z - epsilon);

    // The contributions of one sign: x⁺ meets the weights of that sign, x⁻ those of the other.
    private static Expression Shared(LinearUnit u, Expression share, Expression same, Expression opposite) => BySign(u, u.Transpose(share, same), () => u.Transpose(share, opposite));

    private static Expression Denominator(LinearUnit u, Expression forPositive, Expression forNegative, Expression? bias)
    {
        var sum = u.Apply(u.IsNonNegative ? u.X : u.X.Relu(), forPositive);
        sum = u.IsNonNegative ? sum : sum + u.Apply(-(-u.X).Relu(), forNegative);
        return bias is { } b ? sum + b : sum;
    }

    private static Expression BySign(LinearUnit u, Expression positive, Func<Expression> negative) =>
        u.IsNonNegative ? positive : positive.Where(u.X >= 0, negative());

    private static Expression Excited(LinearUnit u, Expression weights)
    {
        var sum = u.Apply(u.IsNonNegative ? u.X : u.X.Relu(), weights);
        var sent = u.Transpose((u.Relevance / sum).Where(sum > 0), weights);
        return u.IsNonNegative ? sent : sent.Where(u.X > 0);
    }
}
