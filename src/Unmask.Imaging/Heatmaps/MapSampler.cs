using System.Numerics;

namespace Unmask.Imaging;

/// <summary>
/// Reads a map at the pixels of a picture, scaled to 0-1, row by row and without ever holding it at the picture's size. Enlarged with a
/// cubic (no blocks, no overshoot beyond the scale), averaged when reduced.
/// </summary>
internal sealed class MapSampler
{
    private readonly float[][] _rows;
    private readonly ResampleWeights _down;
    private readonly MapScale _scale;

    /// <param name="map">The map.</param>
    /// <param name="place">Where it lies on a picture.</param>
    /// <param name="pictureWidth">Columns of the picture.</param>
    /// <param name="pictureHeight">Rows of the picture.</param>
    public MapSampler(Heatmap map, Region place, int pictureWidth, int pictureHeight)
    {
        Pixels = CoveredPixels.Of(place, pictureWidth, pictureHeight);
        var across = Weights(map.Width, place.Left, place.Width, Pixels.Left, Pixels.Width);
        _down = Weights(map.Height, place.Top, place.Height, Pixels.Top, Pixels.Height);
        _rows = AlongRows(map, across);
        _scale = map.Scale;
    }

    /// <summary>The part of the picture that the map covers.</summary>
    public CoveredPixels Pixels { get; }

    /// <summary>Reads row y of the covered part: 0 is the lower, 1 the upper end of the scale.</summary>
    public void Read(int y, Span<float> row)
    {
        if (_scale.Length == 0)
        {
            row.Fill((float)_scale.Place(_scale.Low));
            return;
        }
        row.Fill((float)(-_scale.Low / _scale.Length));
        var weights = _down.Of(y);
        for (var k = 0; k < weights.Length; k++)
            AddScaled(_rows[_down.First(y) + k], (float)(weights[k] / _scale.Length), row);
        foreach (ref var value in row)
            value = Math.Clamp(value, 0, 1);
    }

    private static ResampleWeights Weights(int cells, double start, double length, int first, int count)
    {
        var cellsPerPixel = cells / length;
        return new(cells, (first - start) * cellsPerPixel, count * cellsPerPixel, count, ResizeFilter.Bicubic, antialias: true);
    }

    private static float[][] AlongRows(Heatmap map, ResampleWeights across)
    {
        var rows = new float[map.Height][];
        for (var y = 0; y < rows.Length; y++)
        {
            var row = rows[y] = new float[across.Length];
            var values = map.Values.Slice(y * map.Width, map.Width);
            for (var x = 0; x < row.Length; x++)
                row[x] = Dot(across.Of(x), values[across.First(x)..]);
        }
        return rows;
    }

    private static float Dot(ReadOnlySpan<double> weights, ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        for (var k = 0; k < weights.Length; k++)
            sum += weights[k] * values[k];
        return (float)sum;
    }

    private static void AddScaled(ReadOnlySpan<float> values, float factor, Span<float> sums)
    {
        var x = 0;
        for (; x <= sums.Length - Vector<float>.Count; x += Vector<float>.Count)
            (new Vector<float>(sums[x..]) + factor * new Vector<float>(values[x..])).CopyTo(sums[x..]);
        for (; x < sums.Length; x++)
            sums[x] += factor * values[x];
    }
}
