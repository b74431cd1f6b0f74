using System.Numerics;

namespace Unmask.Imaging;

/// <summary>
/// How much of each pixel of a row lies inside of outlines, exactly. Every edge leaves in its row the signed area that it adds to the pixel
/// it crosses and, as a step, to all pixels right of it; a running sum along the row then gives the coverage.
/// </summary>
internal sealed class Rasterizer
{
    private const int BandRows = 64;

    private readonly float[] _areas;
    private readonly int _left;
    private readonly int _width;

    private Rasterizer(int left, int width)
    {
        _left = left;
        _width = width;
        _areas = new float[(width + 2) * BandRows];
    }

    /// <summary>Receives the coverage (0-1) of the pixels from column <paramref name="left"/> on in row <paramref name="y"/>.</summary>
    public delegate void RowFilled(int y, int left, ReadOnlySpan<float> coverage);

    /// <summary>Calls <paramref name="filled"/> for every row that the outlines touch within a canvas of the given size.</summary>
    public static void Fill(Polygons shape, int canvasWidth, int canvasHeight, RowFilled filled)
    {
        var (low, high) = Bounds(shape);
        int left = Math.Max(0, (int)low.X), right = Math.Min(canvasWidth, (int)high.X + 1);
        int top = Math.Max(0, (int)low.Y), bottom = Math.Min(canvasHeight, (int)high.Y + 1);
        if (left >= right || top >= bottom) return;
        var raster = new Rasterizer(left, right - left);
        for (var y = top; y < bottom; y += BandRows)
            raster.FillBand(shape, y, Math.Min(bottom, y + BandRows), filled);
    }

    private void FillBand(Polygons shape, int top, int bottom, RowFilled filled)
    {
        Array.Clear(_areas);
        for (var i = 0; i < shape.Count; i++)
        {
            var outline = shape[i];
            for (var k = 0; k < outline.Length; k++)
                AddEdge(outline[k], outline[k + 1 < outline.Length ? k + 1 : 0], top, bottom);
        }
        for (var y = top; y < bottom; y++)
            filled(y, _left, SumUp(_areas.AsSpan((y - top) * (_width + 2), _width)));
    }

    private static Span<float> SumUp(Span<float> row)
    {
        var sum = 0f;
        foreach (ref var area in row)
        {
            sum += area;
            area = Math.Min(1, Math.Abs(sum));
        }
        return row;
    }

    private void AddEdge(Vector2 a, Vector2 b, int top, int bottom)
    {
        if (a.Y == b.Y) return;
        var sign = a.Y < b.Y ? 1f : -1f;
        var (upper, lower) = a.Y < b.Y ? (a, b) : (b, a);
        var slope = (lower.X - upper.X) / (lower.Y - upper.Y);
        for (var y = Math.Max(top, (int)MathF.Floor(upper.Y)); y < Math.Min(bottom, (int)MathF.Ceiling(lower.Y)); y++)
        {
            float start = Math.Max(y, upper.Y), end = Math.Min(y + 1, lower.Y);
            if (end <= start) continue;
            AddSpan(_areas.AsSpan((y - top) * (_width + 2), _width + 2), sign * (end - start),
                upper.X + (start - upper.Y) * slope - _left, upper.X + (end - upper.Y) * slope - _left);
        }
    }

    // Within one row: the edge goes from x0 to x1 (in either order) while y grows by |height|.
    private void AddSpan(Span<float> row, float height, float x0, float x1)
    {
        if (x0 > x1) (x0, x1) = (x1, x0);
        x0 = Math.Clamp(x0, 0, _width);
        x1 = Math.Clamp(x1, 0, _width);
        int first = (int)x0, last = (int)x1;
        if (first == last)
        {
            var right = 1 - ((x0 + x1) / 2 - first);
            row[first] += height * right;
            row[first + 1] += height * (1 - right);
            return;
        }
        var perColumn = height / (x1 - x0);
        for (var x = first; x <= last; x++)
        {
            // Of what this piece of the edge adds, the part right of it within column x; the rest starts at column x + 1.
            float from = Math.Max(x0, x), to = Math.Min(x1, x + 1);
            var crossed = perColumn * (to - from);
            var covered = crossed * (x + 1 - (from + to) / 2);
            row[x] += covered;
            row[x + 1] += crossed - covered;
        }
    }

    private static (Vector2 Low, Vector2 High) Bounds(Polygons shape)
    {
        Vector2 low = new(float.MaxValue), high = new(float.MinValue);
        for (var i = 0; i < shape.Count; i++)
            foreach (var point in shape[i])
                (low, high) = (Vector2.Min(low, point), Vector2.Max(high, point));
        return (low, high);
    }
}
