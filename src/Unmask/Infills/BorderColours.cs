using Unmask.Numerics;

namespace Unmask;

/// <summary>
/// The normal distribution of the colours of the segments that touch the picture's border, which are ground more often than object, and draws from it.
/// In the model's input space.
/// </summary>
internal sealed class BorderColours
{
    private readonly InputLayout _layout;
    private readonly Segments _segments;
    private readonly double[] _mean;

    // Columns are eigenvectors of the covariance, times the roots of the eigenvalues: also right where the border has one colour.
    private readonly double[,] _spread;

    public BorderColours(ModelInput input, Segments segments)
    {
        (_layout, _segments) = (input.Layout, segments);
        float[][] colours = ColoursOf(input, OnBorder(segments));
        _mean = [.. colours.Select(channel => channel.Average(value => (double)value))];
        double[,] covariance = new double[colours.Length, colours.Length];
        for (int i = 0; i < colours.Length; i++)
        {
            for (int j = 0; j < colours.Length; j++)
            {
                covariance[i, j] = colours[i].Zip(colours[j], (one, other) => (one - _mean[i]) * (other - _mean[j])).Average();
            }
        }

        var (vectors, values) = SymmetricEigen.Of(covariance);
        _spread = vectors;
        for (int i = 0; i < values.Length; i++)
        {
            for (int channel = 0; channel < values.Length; channel++)
            {
                _spread[channel, i] *= Math.Sqrt(Math.Max(0, values[i]));
            }
        }
    }

    /// <summary>The mean of each channel.</summary>
    public ReadOnlySpan<double> Mean => _mean;

    /// <summary>One draw for the whole picture.</summary>
    /// <param name="bySegment">One colour a segment, instead of one a pixel.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="draw">Which draw.</param>
    public float[] Draw(bool bySegment, ulong seed, int draw)
    {
        var random = Rng.At(seed, draw);
        int count = bySegment ? _segments.Count : _segments.Labels.Length;
        float[][] colours = [.. Enumerable.Range(0, count).Select(_ => Colour(ref random))];
        float[] filled = new float[_layout.Count];
        int width = _layout.Spatial.Width;
        for (int place = 0; place < _segments.Labels.Length; place++)
        {
            float[] colour = colours[bySegment ? _segments.Labels[place] : place];
            for (int channel = 0; channel < colour.Length; channel++)
            {
                filled[_layout.IndexOf(channel, place / width, place % width)] = colour[channel];
            }
        }

        return filled;
    }

    private float[] Colour(ref Rng random)
    {
        double[] z = new double[_mean.Length + 1];
        for (int i = 0; i < _mean.Length; i += 2)
        {
            (z[i], z[i + 1]) = Normal.Pair(ref random);
        }

        float[] colour = new float[_mean.Length];
        for (int channel = 0; channel < colour.Length; channel++)
        {
            double value = _mean[channel];
            for (int i = 0; i < colour.Length; i++)
            {
                value += _spread[channel, i] * z[i];
            }

            colour[channel] = (float)value;
        }

        return colour;
    }

    private static HashSet<int> OnBorder(Segments segments)
    {
        int height = segments.Sizes[0], width = segments.Sizes[1];
        var border = new HashSet<int>();
        for (int place = 0; place < height * width; place++)
        {
            if (place / width == 0 || place / width == height - 1 || place % width == 0 || place % width == width - 1)
            {
                border.Add(segments.Labels[place]);
            }
        }

        return border;
    }

    private float[][] ColoursOf(ModelInput input, HashSet<int> border)
    {
        int width = _layout.Spatial.Width;
        int[] places = [.. Enumerable.Range(0, _segments.Labels.Length).Where(place => border.Contains(_segments.Labels[place]))];
        return [.. Enumerable.Range(0, _layout.Channels).Select(channel => places.Select(place => input.Values[_layout.IndexOf(channel, place / width, place % width)]).ToArray())];
    }
}
