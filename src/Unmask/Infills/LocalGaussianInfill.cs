using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Unmask.Numerics;

namespace Unmask;

/// <summary>
/// Hidden pixels drawn from a normal distribution given the pixels around them: x₁ | x₂ ~ N(μ₁ + Σ₁₂Σ₂₂⁻¹(x₂ − μ₂), Σ₁₁ − Σ₁₂Σ₂₂⁻¹Σ₂₁), a square at a time with a rim of its
/// surroundings, squares of which most is known first; what was drawn is known afterwards. Each channel by itself, with deviations that go together as colours do, held within the values
/// that occur.
/// </summary>
/// <remarks>
/// Source: Zintgraf et al., «Visualizing deep neural network decisions: prediction difference analysis», ICLR 2017, §3.1. Differs from it in: the distribution is the same at all
/// places and its correlations in all channels; it is estimated of the input itself unless pictures are given; channels are not drawn independently; any mask is filled, not one square.
/// </remarks>
internal sealed class LocalGaussianInfill : MaskedInfill
{
    private readonly LocalGaussianSettings _settings;
    private readonly PictureStatistic<PixelCorrelations>? _data;
    private readonly ConditionalWeakTable<ModelInput, PixelCorrelations> _own = [];

    public LocalGaussianInfill(LocalGaussianSettings settings)
    {
        _settings = settings;
        _data = settings.Data.Length == 0 ? null : new(settings.Data, (pictures, layout) => PixelCorrelations.Of(pictures, layout, Reach));
    }

    public override string Name => $"local-gaussian{_settings.Text}";

    internal override bool IsStochastic => _settings.Draws;

    private int Reach => _settings.Window + (2 * _settings.Padding) - 1;

    internal override float[] Fill(ModelInput input, ReadOnlySpan<float> keep, ulong seed, long draw)
    {
        var correlations = _data is not null ? _data.For(input) : _own.GetValue(input, own => PixelCorrelations.Of([own.Array], own.Layout, Reach));
        float[] filled = input.Values.ToArray();
        var tiles = new KnownTiles(keep, input.Layout.Spatial, _settings.Window, _settings.Padding);
        var random = Rng.At(seed, draw);
        while (tiles.Next() is var (known, hidden) && hidden.Length > 0)
        {
            FillTile(filled, input.Layout, correlations, known, hidden, ref random);
        }

        return filled;
    }

    /// <summary>With L·Lᵀ the covariance of (known, hidden) in this order: what is known gives the first entries of z, normal numbers (or 0) are the others, and L·z is the draw.</summary>
    private void FillTile(float[] filled, InputLayout layout, PixelCorrelations correlations, int[] known, int[] hidden, ref Rng random)
    {
        int[] places = [.. known, .. hidden];
        int width = layout.Spatial.Width;
        var factor = Cholesky.Of(Covariance(correlations, places, width), places.Length)
            ?? throw new System.Diagnostics.UnreachableException("Sums of products divided by one number are positive, and the nugget keeps them so.");
        double[] z = new double[places.Length];
        double[] normal = Normals(layout.Channels * hidden.Length, ref random);
        for (int channel = 0; channel < layout.Channels; channel++)
        {
            var (mean, deviation, least, most) = correlations.Channels[channel];
            for (int row = 0; row < places.Length; row++)
            {
                int at = layout.IndexOf(channel, places[row] / width, places[row] % width);
                double before = TensorPrimitives.Dot<double>(factor.Row(row)[..row], z.AsSpan(0, row)), scale = factor.Row(row)[row];
                if (row < known.Length)
                {
                    z[row] = deviation > 0 ? (((filled[at] - mean) / deviation) - before) / scale : 0;
                }
                else
                {
                    z[row] = 0;
                    for (int source = 0; source < layout.Channels; source++)
                    {
                        z[row] += correlations.Mixing[channel, source] * normal[(source * hidden.Length) + row - known.Length];
                    }

                    filled[at] = (float)Math.Clamp(mean + (deviation * (before + (scale * z[row]))), least, most);
                }
            }
        }
    }

    /// <summary>Independent numbers; zeros where means are wanted.</summary>
    private double[] Normals(int count, ref Rng random)
    {
        double[] normal = new double[count];
        for (int i = 0; i < count && _settings.Draws; i++)
        {
            normal[i] = Normal.Pair(ref random).One;
        }

        return normal;
    }

    private static double[] Covariance(PixelCorrelations correlations, int[] places, int width)
    {
        double[] matrix = new double[places.Length * places.Length];
        for (int i = 0; i < places.Length; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                matrix[(i * places.Length) + j] = correlations.At((places[i] / width) - (places[j] / width), (places[i] % width) - (places[j] % width));
            }
        }

        return matrix;
    }
}
