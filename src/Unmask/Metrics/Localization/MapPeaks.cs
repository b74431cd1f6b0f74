namespace Unmask.Metrics;

/// <summary>The highest pixels of a map that is stretched bilinearly over the part of a picture which the model saw.</summary>
internal sealed class MapPeaks
{
    private readonly float[] _map;
    private readonly int _columns;
    private readonly (int Low, int High, double Fraction)[] _across;
    private readonly (int Low, int High, double Fraction)[] _down;
    private readonly int _left;
    private readonly int _top;

    public MapPeaks(float[] map, InputLayout layout, Placement place, int width, int height)
    {
        var (rows, columns) = layout.Spatial;
        _map = map;
        _columns = columns;
        (_left, _across) = Axis(place.Left, place.Width, columns, width);
        (_top, _down) = Axis(place.Top, place.Height, rows, height);
    }

    /// <summary>Every pixel of the picture where the map is at its maximum; empty when the model saw nothing of the picture.</summary>
    public List<(int X, int Y)> Find()
    {
        var peaks = new List<(int, int)>();
        double highest = double.NegativeInfinity;
        for (int y = 0; y < _down.Length; y++)
        {
            for (int x = 0; x < _across.Length; x++)
            {
                double value = At(_down[y], _across[x]);
                if (value > highest)
                {
                    highest = value;
                    peaks.Clear();
                }

                if (value == highest)
                {
                    peaks.Add((x + _left, y + _top));
                }
            }
        }

        return peaks;
    }

    private double At((int Low, int High, double Fraction) row, (int Low, int High, double Fraction) column)
    {
        double upper = Between(_map[(row.Low * _columns) + column.Low], _map[(row.Low * _columns) + column.High], column.Fraction);
        double lower = Between(_map[(row.High * _columns) + column.Low], _map[(row.High * _columns) + column.High], column.Fraction);
        return upper + (row.Fraction * (lower - upper));
    }

    private static double Between(double a, double b, double fraction) => a + (fraction * (b - a));

    /// <summary>For each pixel whose centre the map covers: the two cells whose centres it lies between (the border's cell twice, beyond the outermost centres).</summary>
    private static (int First, (int Low, int High, double Fraction)[] Pixels) Axis(double start, double length, int cells, int pixels)
    {
        int first = (int)Math.Clamp(Math.Ceiling(start - 0.5), 0, pixels), end = (int)Math.Clamp(Math.Ceiling(start + length - 0.5), 0, pixels);
        var axis = new (int, int, double)[Math.Max(0, end - first)];
        for (int i = 0; i < axis.Length; i++)
        {
            double position = Math.Clamp(((first + i + 0.5 - start) * cells / length) - 0.5, 0, cells - 1);
            int low = (int)position;
            axis[i] = (low, Math.Min(low + 1, cells - 1), position - low);
        }

        return (first, axis);
    }
}
