using System.Numerics;

namespace Unmask.Imaging;

/// <summary>Lines of equal value, by marching squares on the map as it is drawn.</summary>
internal static class Contours
{
    // The lines are traced on a grid of at most this many cells a side; finer ones would not be seen.
    private const int LargestGrid = 400;

    /// <summary>Draws the lines at some values of a map that lies in some place of the canvas.</summary>
    public static void Draw(Canvas canvas, Heatmap map, Region place, IReadOnlyList<double> levels)
    {
        if (levels.Count == 0 || map.IsConstant) return;
        var thickness = Math.Max(1.2f, Math.Min(canvas.Width, canvas.Height) / 220f);
        var grid = Grid(map, place);
        foreach (var level in levels)
        {
            if (!double.IsFinite(level)) throw new ArgumentException($"A contour at {level} cannot be drawn.", nameof(levels));
            var lines = Trace(grid, (float)((level - map.Low) / (map.High - map.Low)), place);
            canvas.Fill(Strokes(lines, thickness * 2), Rgb.Black, 0.35f);
            canvas.Fill(Strokes(lines, thickness), Rgb.White, 0.95f);
        }
    }

    /// <summary>The pieces of the line along which a grid of numbers takes a value. Corner (0, 0) of the grid lies in the corner of the place.</summary>
    public static List<(Vector2 From, Vector2 To)> Trace(float[,] grid, float level, Region place)
    {
        List<(Vector2, Vector2)> pieces = [];
        int rows = grid.GetLength(0), columns = grid.GetLength(1);
        // The numbers belong to the centres of cells.
        double stepX = place.Width / columns, stepY = place.Height / rows;
        for (var y = 0; y + 1 < rows; y++)
            for (var x = 0; x + 1 < columns; x++)
                foreach (var (from, to) in Cell(grid[y, x] - level, grid[y, x + 1] - level, grid[y + 1, x + 1] - level, grid[y + 1, x] - level))
                    pieces.Add((At(x, y, from), At(x, y, to)));
        return pieces;

        Vector2 At(int x, int y, Vector2 within) =>
            new((float)(place.Left + (x + 0.5 + within.X) * stepX), (float)(place.Top + (y + 0.5 + within.Y) * stepY));
    }

    // The corners clockwise from the top left, relative to the level. Each edge whose ends differ in sign is crossed once; with four
    // crossings (a saddle) the mean decides which corners belong together.
    private static IEnumerable<(Vector2 From, Vector2 To)> Cell(float a, float b, float c, float d)
    {
        if ((a >= 0) == (b >= 0) && (b >= 0) == (c >= 0) && (c >= 0) == (d >= 0)) yield break;
        List<Vector2> crossings = [];
        if ((a >= 0) != (b >= 0)) crossings.Add(new(a / (a - b), 0));
        if ((b >= 0) != (c >= 0)) crossings.Add(new(1, b / (b - c)));
        if ((c >= 0) != (d >= 0)) crossings.Add(new(d / (d - c), 1));
        if ((d >= 0) != (a >= 0)) crossings.Add(new(0, a / (a - d)));
        if (crossings.Count == 2)
        {
            yield return (crossings[0], crossings[1]);
            yield break;
        }
        var topLeftApart = (a >= 0) != (a + b + c + d >= 0);
        yield return topLeftApart ? (crossings[0], crossings[3]) : (crossings[0], crossings[1]);
        yield return topLeftApart ? (crossings[1], crossings[2]) : (crossings[2], crossings[3]);
    }

    private static float[,] Grid(Heatmap map, Region place)
    {
        int columns = Math.Clamp((int)place.Width, 2, LargestGrid), rows = Math.Clamp((int)place.Height, 2, LargestGrid);
        var sampler = new MapSampler(map, new(0, 0, columns, rows), columns, rows);
        var grid = new float[rows, columns];
        var row = new float[columns];
        for (var y = 0; y < rows; y++)
        {
            sampler.Read(y, row);
            for (var x = 0; x < columns; x++)
                grid[y, x] = row[x];
        }
        return grid;
    }

    private static Polygons Strokes(List<(Vector2 From, Vector2 To)> lines, float thickness)
    {
        var shape = new Polygons();
        foreach (var (from, to) in lines)
            shape.AddStroke(from, to, thickness);
        return shape;
    }
}
