namespace Unmask.WhiteBox;

/// <summary>
/// NormGrad: what the weights of an identity layer at the cut receive from each place, as one number. That gradient is an outer product a ⊗ g of two vectors,
/// so that its norm, sum and largest element come of those of a and g; no K × K matrix is made.
/// </summary>
internal static class PlaceGradients
{
    public static double[] Map(ChannelMaps maps, IdentityLayer layer, PlaceNorm norm)
    {
        var (left, right) = (Statistics(maps, (a, _) => a), Statistics(maps, layer == IdentityLayer.Scaling ? (a, g) => a * g : (_, g) => g));
        if (layer is IdentityLayer.Scaling or IdentityLayer.Bias)
        {
            Array.Fill(left, VectorFacts.One);
        }
        else if (layer == IdentityLayer.Convolution3)
        {
            left = Neighbourhoods(left, maps.Grid);
        }

        return [.. left.Zip(right, (a, g) => Reduce(a, g, norm))];
    }

    private static VectorFacts[] Statistics(ChannelMaps maps, PlaceTerm term)
    {
        var facts = new VectorFacts[maps.Places];
        for (int channel = 0; channel < maps.Channels; channel++)
        {
            var a = maps.A(channel);
            var g = maps.G(channel);
            for (int place = 0; place < facts.Length; place++)
            {
                var element = VectorFacts.Of(term(a[place], g[place]));
                facts[place] = channel == 0 ? element : facts[place].With(element);
            }
        }

        return facts;
    }

    /// <summary>The 3 × 3 places around each, with zeros beyond the border.</summary>
    private static VectorFacts[] Neighbourhoods(VectorFacts[] places, LayerGrid grid)
    {
        var around = new VectorFacts[places.Length];
        for (int i = 0; i < around.Length; i++)
        {
            around[i] = places[i];
            for (int step = 0; step < 9; step++)
            {
                int y = (i / grid.Width) + (step / 3) - 1, x = (i % grid.Width) + (step % 3) - 1;
                bool inside = y >= 0 && y < grid.Height && x >= 0 && x < grid.Width;
                around[i] = step == 4 ? around[i] : around[i].With(inside ? places[(y * grid.Width) + x] : VectorFacts.Of(0));
            }
        }

        return around;
    }

    /// <summary>Of the elements a_i g_j: squares and sums factorise, and a product is largest where both factors are at an end.</summary>
    private static double Reduce(VectorFacts a, VectorFacts g, PlaceNorm norm) => norm switch
    {
        PlaceNorm.L2 => Math.Sqrt((a.PositiveSquares + a.NegativeSquares) * (g.PositiveSquares + g.NegativeSquares)),
        PlaceNorm.PositiveL2 => Math.Sqrt((a.PositiveSquares * g.PositiveSquares) + (a.NegativeSquares * g.NegativeSquares)),
        PlaceNorm.Sum => a.Sum * g.Sum,
        _ => Math.Max(Math.Max(a.Most * g.Most, a.Most * g.Least), Math.Max(a.Least * g.Most, a.Least * g.Least)),
    };
}

/// <summary>What there is to know of the elements of a vector.</summary>
internal readonly record struct VectorFacts(double Sum, double Least, double Most, double PositiveSquares, double NegativeSquares)
{
    /// <summary>The vector (1).</summary>
    public static VectorFacts One { get; } = Of(1);

    /// <summary>A vector of one element.</summary>
    public static VectorFacts Of(double value) => new(value, value, value, value > 0 ? value * value : 0, value > 0 ? 0 : value * value);

    /// <summary>Both vectors, one after the other.</summary>
    public VectorFacts With(VectorFacts other) => new(
        Sum + other.Sum, Math.Min(Least, other.Least), Math.Max(Most, other.Most), PositiveSquares + other.PositiveSquares, NegativeSquares + other.NegativeSquares);
}
