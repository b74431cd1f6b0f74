namespace Unmask.Metrics;

/// <summary>Insertion: how fast the score rises when the pixels that the map calls most important are put into a blurred picture first.</summary>
/// <remarks>
/// <para>Formula: area under s_k = f(blurred x with the k most important steps of x pasted in), k = 0 … n, on an axis from 0 to 1.</para>
/// <para>Result: in units of the score, 0 to 1 for probabilities; higher is better. The curve is part of the value.</para>
/// <para>Cost: one forward pass a point, 29 by default; the first and the last point are shared by all maps of an input.</para>
/// <para>Misleads when: the blurred picture is already recognised; pasted edges make shapes of their own (on a plain canvas more than on a blur); the
/// map's regions are compact, which insertion favours whether or not they are the cause.</para>
/// <para>Source: Petsiuk, Das, Saenko, «RISE», BMVC 2018, §4.1. Differs from it in: ties are broken by chance instead of from the bottom right
/// corner up (<see cref="CurveOptions.Ties"/>).</para>
/// </remarks>
/// <param name="options">Default <see cref="CurveOptions.Rise"/>.</param>
public sealed class Insertion(CurveOptions? options = null) : CurveMetric(MetricId, Better.Higher, new(CurveDirection.Insert, options ?? CurveOptions.Rise))
{
    /// <summary>The metric's id.</summary>
    public const string MetricId = "insertion";
}
