namespace Unmask.Graphs;

/// <summary>
/// Rules for the first layer, whose relevance is no multiple of the input: a black pixel may have been what counted. It travels to the cut beside the multipliers.
/// </summary>
internal static class TerminalRules
{
    /// <summary>
    /// z-box, for l ≤ x ≤ h: R_i = Σ_j (x_i w_ij − l_i w_ij⁺ − h_i w_ij⁻) R_j / Σ_k …: Montavon et al., «Explaining nonlinear classification decisions with
    /// deep Taylor decomposition», 2017, eq. 15. Its bias takes part in nothing.
    /// </summary>
    public static void Box(LinearUnit u, IReadOnlyList<double> low, IReadOnlyList<double> high)
    {
        var z = u.Apply(u.X, u.W) - u.Apply(u.Filled(low), u.Positive) - u.Apply(u.Filled(high), u.Negative);
        var share = u.Relevance / LinearRules.Stable(z);
        u.Send(u.Transpose(share, u.W));
        u.SendRelevance(-((u.ByChannel(low) * u.Transpose(share, u.Positive)) + (u.ByChannel(high) * u.Transpose(share, u.Negative))));
    }

    /// <summary>w²: R_i = Σ_j w_ij² R_j / Σ_k w_kj², for unbounded inputs: Montavon et al. 2017, eq. 12. Only inputs that are there count, not padding.</summary>
    public static void WSquare(LinearUnit u, bool bias)
    {
        var squared = u.W * u.W;
        var sum = u.Apply(u.Filled([1]), squared);
        Spread(u, bias && u.Bias is { } b ? sum + (b * b) : sum, squared);
    }

    /// <summary>Flat: every input of a unit gets the same: Bach et al. 2016 and Lapuschkin et al., «Unmasking Clever Hans predictors», 2019. Only inputs that are there count.</summary>
    public static void Flat(LinearUnit u)
    {
        var ones = u.W.Zeros() + 1;
        Spread(u, u.Apply(u.Filled([1]), ones), ones);
    }

    private static void Spread(LinearUnit u, Expression sum, Expression weights) => u.SendRelevance(u.Transpose(u.Relevance / LinearRules.Stable(sum), weights));
}
