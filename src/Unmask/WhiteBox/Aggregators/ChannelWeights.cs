namespace Unmask.WhiteBox;

/// <summary>The weight of one channel, of its map A and its multipliers G.</summary>
internal delegate double ChannelWeight(ReadOnlySpan<float> a, ReadOnlySpan<float> g);

/// <summary>What one activation and its multiplier add to the map at their place.</summary>
internal delegate double PlaceTerm(double a, double g);

/// <summary>The two shapes of class activation maps: Σ_k w_k A_k(u), and Σ_k t(A_k(u), G_k(u)).</summary>
internal static class ChannelWeights
{
    /// <summary>L(u) = Σ_k w_k A_k(u).</summary>
    public static double[] Weighted(ChannelMaps maps, ChannelWeight weight)
    {
        double[] weights = new double[maps.Channels];
        for (int channel = 0; channel < weights.Length; channel++)
        {
            weights[channel] = weight(maps.A(channel), maps.G(channel));
        }

        return Weighted(maps, weights);
    }

    /// <summary>L(u) = Σ_k w_k A_k(u) of weights that are known.</summary>
    public static double[] Weighted(ChannelMaps maps, ReadOnlySpan<double> weights)
    {
        double[] map = new double[maps.Places];
        for (int channel = 0; channel < weights.Length; channel++)
        {
            var a = maps.A(channel);
            for (int place = 0; place < map.Length; place++)
            {
                map[place] += weights[channel] * a[place];
            }
        }

        return map;
    }

    /// <summary>L(u) = Σ_k t(A_k(u), G_k(u)).</summary>
    public static double[] Summed(ChannelMaps maps, PlaceTerm term)
    {
        double[] map = new double[maps.Places];
        for (int channel = 0; channel < maps.Channels; channel++)
        {
            var a = maps.A(channel);
            var g = maps.G(channel);
            for (int place = 0; place < map.Length; place++)
            {
                map[place] += term(a[place], g[place]);
            }
        }

        return map;
    }

    /// <summary>L(u) = Σ_k w_k A_k(u), w_k = Σ_u R_k(u) of the contributions R: Jung and Oh, ICCV 2021, before the ReLU.</summary>
    public static double[] ByContribution(ChannelMaps maps)
    {
        double[] weights = new double[maps.Channels];
        for (int channel = 0; channel < weights.Length; channel++)
        {
            weights[channel] = Sum(maps.A(channel), maps.R(channel));
        }

        return Weighted(maps, weights);
    }

    /// <summary>Σ_u G(u): on networks that average their last maps, the class's weight of the channel (CAM).</summary>
    public static double Sum(ReadOnlySpan<float> a, ReadOnlySpan<float> g)
    {
        double sum = 0;
        foreach (float multiplier in g)
        {
            sum += multiplier;
        }

        return sum;
    }

    /// <summary>1/Z Σ_u G(u): Selvaraju et al., eq. 1.</summary>
    public static double Mean(ReadOnlySpan<float> a, ReadOnlySpan<float> g) => Sum(a, g) / g.Length;

    /// <summary>Σ_u A(u) G(u) ÷ Σ_u A(u): Fu et al., eq. 5. A channel that sums to nothing has no weight.</summary>
    public static double ByActivation(ReadOnlySpan<float> a, ReadOnlySpan<float> g)
    {
        double products = 0, sum = 0;
        for (int place = 0; place < a.Length; place++)
        {
            products += (double)a[place] * g[place];
            sum += a[place];
        }

        return sum == 0 ? 0 : products / sum;
    }
}
