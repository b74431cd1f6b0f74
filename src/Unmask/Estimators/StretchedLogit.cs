namespace Unmask;

/// <summary>A logit that is finite at 0 and 1: ln((p + ε) ÷ (1 − p + ε)). The smaller ε, the more it stretches scores near the ends; for ε ≫ 1 it is a straight line.</summary>
/// <param name="stretch">ε, above 0.</param>
internal sealed class StretchedLogit(double stretch)
{
    /// <summary>The stretched probability.</summary>
    /// <param name="probability">0 to 1; what lies outside by rounding is taken as the nearest.</param>
    public double Of(double probability)
    {
        double p = Math.Clamp(probability, 0, 1);
        return Math.Log((p + stretch) / (1 - p + stretch));
    }
}
