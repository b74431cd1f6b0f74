namespace Unmask.Segmenters;

/// <summary>SLIC's k-means in (L, a, b, x, y).</summary>
internal sealed class SlicClusters
{
    private const int Dimensions = 5;

    private readonly float[][] _lab;
    private readonly int _height;
    private readonly int _width;
    private readonly int _reachDown;
    private readonly int _reachAcross;
    private readonly float _placeWeight;
    private readonly double[] _centres;
    private readonly int[] _labels;
    private readonly float[] _distances;
    private bool _assigned;

    public SlicClusters(float[][] lab, int height, int width, int segments, double compactness)
    {
        _lab = lab;
        _height = height;
        _width = width;
        Step = Math.Sqrt((double)height * width / segments);
        int rows = Math.Clamp((int)Math.Round(height / Step), 1, height), columns = Math.Clamp((int)Math.Round(width / Step), 1, width);
        // Rows and columns are whole numbers, so a cell may be larger than S.
        _reachDown = (int)Math.Ceiling(Math.Max(Step, (double)height / rows));
        _reachAcross = (int)Math.Ceiling(Math.Max(Step, (double)width / columns));
        _placeWeight = (float)(compactness * compactness / (Step * Step));
        _labels = new int[height * width];
        _distances = new float[height * width];
        _centres = new double[rows * columns * Dimensions];
        for (int p = 0; p < _labels.Length; p++)
        {
            _labels[p] = (p / width * rows / height * columns) + (p % width * columns / width);
        }

        for (int centre = 0; centre < rows * columns; centre++)
        {
            double y = ((centre / columns) + 0.5) * height / rows, x = ((centre % columns) + 0.5) * width / columns;
            Put(centre, AwayFromEdges((int)y, (int)x));
        }
    }

    /// <summary>S = √(pixels ÷ segments), the side of a typical segment.</summary>
    public double Step { get; }

    /// <summary>The cluster of each pixel.</summary>
    public ReadOnlySpan<int> Labels => _labels;

    /// <summary>At most so many rounds; fewer when nothing changes any more.</summary>
    public void Run(int rounds)
    {
        for (int round = 0; round < rounds && Assign(); round++)
        {
            MoveCentres();
        }
    }

    private void Put(int centre, int pixel)
    {
        var at = _centres.AsSpan(centre * Dimensions, Dimensions);
        for (int color = 0; color < 3; color++)
        {
            at[color] = _lab[color][pixel];
        }

        at[3] = pixel % _width;
        at[4] = pixel / _width;
    }

    /// <summary>The pixel of the lowest gradient in the 3 × 3 around a place: a centre on an edge would mix two things.</summary>
    private int AwayFromEdges(int y, int x)
    {
        int best = (y * _width) + x;
        double lowest = Gradient(y, x);
        for (int v = Math.Max(0, y - 1); v <= Math.Min(_height - 1, y + 1); v++)
        {
            for (int u = Math.Max(0, x - 1); u <= Math.Min(_width - 1, x + 1); u++)
            {
                double gradient = Gradient(v, u);
                if (gradient < lowest)
                {
                    (best, lowest) = ((v * _width) + u, gradient);
                }
            }
        }

        return best;
    }

    private double Gradient(int y, int x)
    {
        int left = Math.Max(0, x - 1), right = Math.Min(_width - 1, x + 1), up = Math.Max(0, y - 1), down = Math.Min(_height - 1, y + 1);
        double sum = 0;
        foreach (float[] plane in _lab)
        {
            double across = plane[(y * _width) + right] - plane[(y * _width) + left], along = plane[(down * _width) + x] - plane[(up * _width) + x];
            sum += (across * across) + (along * along);
        }

        return sum;
    }

    /// <summary>Gives each pixel to the nearest centre among those within reach; a pixel out of every reach stays where it was.</summary>
    /// <returns>Whether a pixel changed hands, or it was the first round.</returns>
    private bool Assign()
    {
        int[] before = [.. _labels];
        Array.Fill(_distances, float.PositiveInfinity);
        for (int centre = 0; centre < _centres.Length / Dimensions; centre++)
        {
            Claim(centre);
        }

        bool first = !_assigned;
        _assigned = true;
        return first || !before.AsSpan().SequenceEqual(_labels);
    }

    private void Claim(int centre)
    {
        var at = _centres.AsSpan(centre * Dimensions, Dimensions);
        float l = (float)at[0], a = (float)at[1], b = (float)at[2], cx = (float)at[3], cy = (float)at[4];
        int left = Math.Max(0, (int)cx - _reachAcross), right = Math.Min(_width - 1, (int)cx + _reachAcross);
        for (int y = Math.Max(0, (int)cy - _reachDown); y <= Math.Min(_height - 1, (int)cy + _reachDown); y++)
        {
            float down = (y - cy) * (y - cy);
            for (int x = left; x <= right; x++)
            {
                int p = (y * _width) + x;
                float dl = _lab[0][p] - l, da = _lab[1][p] - a, db = _lab[2][p] - b, across = x - cx;
                float distance = (dl * dl) + (da * da) + (db * db) + (_placeWeight * (down + (across * across)));
                if (distance < _distances[p])
                {
                    (_distances[p], _labels[p]) = (distance, centre);
                }
            }
        }
    }

    /// <summary>Each centre goes to the mean of its pixels; one that lost all of them stays.</summary>
    private void MoveCentres()
    {
        double[] sums = new double[_centres.Length];
        int[] counts = new int[_centres.Length / Dimensions];
        for (int p = 0; p < _labels.Length; p++)
        {
            var sum = sums.AsSpan(_labels[p] * Dimensions, Dimensions);
            sum[0] += _lab[0][p];
            sum[1] += _lab[1][p];
            sum[2] += _lab[2][p];
            sum[3] += p % _width;
            sum[4] += p / _width;
            counts[_labels[p]]++;
        }

        for (int i = 0; i < sums.Length; i++)
        {
            _centres[i] = counts[i / Dimensions] > 0 ? sums[i] / counts[i / Dimensions] : _centres[i];
        }
    }
}
