using System.Numerics.Tensors;

namespace Unmask;

/// <summary>
/// The regression of probabilities by way of their logits. Effects of regions add up in logits far better than in probabilities, so the logits tell
/// sooner where the evidence lies; what they leave of the probabilities is regressed on top.
/// </summary>
/// <remarks>
/// <para>For each link g: g(f) = c + φ·v + noise, then f = c' + s·φ·v + φ·u + noise with s by least squares; the weights are the mean of s·v + u over the
/// links. Both regressions have the prior w ~ N(0, s²·D·K·D): D is the <see cref="LocalScale"/> of a first fit of the first link, with D = 1.</para>
/// <para>That a linear map of v will do where f = g⁻¹(c + φ·v) is Stein's lemma: Cov(h(z), M) = E[h′(z)]·Cov(z, M) for normal (z, M), and z is a sum of many
/// cells. What it misses is part of what u is there for.</para>
/// <para>Sources: the control variate, Owen, «Monte Carlo theory, methods and examples», 2013, §8.9; Stein, «Estimation of the mean of a multivariate
/// normal distribution», Annals of Statistics 9, 1981, lemma 2. The combination is this project's.</para>
/// </remarks>
internal static class LinkedRegression
{
    /// <summary>The links that are tried: one that sees differences among the smallest probabilities, one that is nearer to the probabilities themselves.</summary>
    public static IReadOnlyList<StretchedLogit> Links { get; } = [new(1e-4), new(1e-2)];

    /// <summary>The weights of the bins, in units of the probability.</summary>
    /// <param name="ridge">The regression.</param>
    /// <param name="grid">Its bins.</param>
    /// <param name="first">The regression over the masks with the prior D = 1.</param>
    /// <param name="scores">The probabilities.</param>
    /// <param name="linked">The same under each of <see cref="Links"/>.</param>
    public static double[] Weights(SmoothRidge ridge, PooledGrid grid, RidgeProblem first, ScoreMoments scores, IReadOnlyList<ScoreMoments> linked)
    {
        var adapted = ridge.Over(first.Scatter, LocalScale.Of(grid, first.Fit(linked[0]).Weights()));
        double[] mean = new double[grid.Bins];
        foreach (var link in linked)
        {
            double[] weights = adapted.Fit(link).Weights(), spreads = adapted.Spreads(weights);
            double[] rest = adapted.Fit(scores.Without(weights, spreads)).Weights();
            TensorPrimitives.MultiplyAdd(weights, scores.ScaleOf(weights, spreads), rest, rest);
            TensorPrimitives.MultiplyAdd(rest, 1.0 / linked.Count, mean, mean);
        }

        return mean;
    }
}
