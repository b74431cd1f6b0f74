namespace Unmask.Metrics;

/// <summary>Deletion: how fast the score falls when the pixels that the map calls most important are removed first.</summary>
/// <remarks>
/// <para>Formula: area under s_k = f(x with the k most important steps removed), k = 0 … n, on an axis from 0 to 1: (Σ s_k − s_0 ÷ 2 − s_n ÷ 2) ÷ n.</para>
/// <para>Result: in units of the score, 0 to 1 for probabilities; lower is better. The curve is part of the value.</para>
/// <para>Cost: one forward pass a point, 29 by default; the first and the last point are shared by all maps of an input.</para>
/// <para>Misleads when: the network was never shown such holes, so that it is the damage that lowers the score; the map is noise that acts as an
/// adversarial pattern; the score was low to begin with (compare with the first point); numbers of other settings are put beside it.</para>
/// <para>Source: Petsiuk, Das, Saenko, «RISE», BMVC 2018, §4.1. Differs from it in: ties are broken by chance instead of from the bottom right
/// corner up (<see cref="CurveOptions.Ties"/>).</para>
/// </remarks>
/// <param name="options">Default <see cref="CurveOptions.Rise"/>.</param>
public sealed class Deletion(CurveOptions? options = null) : CurveMetric(MetricId, Better.Lower, new(CurveDirection.Delete, options ?? CurveOptions.Rise))
{
    /// <summary>The metric's id.</summary>
    public const string MetricId = "deletion";
}
