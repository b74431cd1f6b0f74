namespace Unmask.WhiteBox;

/// <summary>Grad-CAM++: each place's positive gradient counts with α of its own. Chattopadhay et al., eq. 10, 11 and 19.</summary>
/// <param name="normalizes">Whether the α of a channel add up to 1 over the places of positive gradient, as in the authors' repository.</param>
/// <param name="epsilon">What is added to the denominator of α.</param>
internal sealed class PositiveWeights(bool normalizes, double epsilon)
{
    /// <summary>L(u) = Σ_k w_k A_k(u), w_k = Σ_u α_k(u) max(0, G_k(u)).</summary>
    public double[] Map(ChannelMaps maps)
    {
        double[] weights = new double[maps.Channels];
        for (int channel = 0; channel < weights.Length; channel++)
        {
            weights[channel] = Weight(maps, channel);
        }

        return ChannelWeights.Weighted(maps, weights);
    }

    private double Weight(ChannelMaps maps, int channel)
    {
        var g = maps.G(channel);
        double sum = 0, weight = 0, alphas = 0;
        foreach (float a in maps.A(channel))
        {
            sum += a;
        }

        for (int place = 0; place < g.Length; place++)
        {
            if (g[place] > 0)
            {
                double alpha = Alpha(maps, (channel * maps.Places) + place, g[place], sum);
                alphas += alpha;
                weight += alpha * g[place];
            }
        }

        return normalizes && alphas != 0 ? weight / alphas : weight;
    }

    /// <summary>α = G² ÷ (2G² + Σ_u A(u)·G³): with Y = exp(S) the factor exp(S) cancels, and the second and third derivatives are powers of the first (eq. 16 to 19).</summary>
    private double Alpha(ChannelMaps maps, int index, double g, double sum)
    {
        double squared = maps.Squares?[index] ?? g * g, cubed = maps.Cubes?[index] ?? g * g * g;
        double denominator = (2 * squared) + (sum * cubed) + epsilon;
        return denominator == 0 ? 0 : squared / denominator;
    }
}
