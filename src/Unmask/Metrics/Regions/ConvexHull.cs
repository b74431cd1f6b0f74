using System.Collections.Immutable;

namespace Unmask.Metrics;

/// <summary>The smallest convex region that holds some pixels of a map. Pixels are taken at their centres.</summary>
/// <remarks>Source: Andrew, «Another efficient algorithm for convex hulls in two dimensions», Information Processing Letters 9, 1979 (monotone chain).</remarks>
public sealed class ConvexHull
{
    private ConvexHull(ImmutableArray<(int X, int Y)> corners, int width, int height)
    {
        (Corners, Width, Height) = (corners, width, height);
        Mask = Filled();
        PixelCount = Mask.Count(inside => inside);
    }

    /// <summary>The corners in the order of the outline, as columns and rows; none is on a line between two others. Empty: there are no pixels.</summary>
    public ImmutableArray<(int X, int Y)> Corners { get; }

    /// <summary>Columns of the map.</summary>
    public int Width { get; }

    /// <summary>Rows of the map.</summary>
    public int Height { get; }

    /// <summary>Whether the hull has no inside: no pixel, one, or pixels on one line.</summary>
    public bool IsDegenerate => Corners.Length < 3;

    /// <summary>The pixels whose centres lie inside or on the outline, row by row.</summary>
    public bool[] Mask { get; }

    /// <summary>How many pixels these are: the hull's area. A full block of 10 × 10 pixels has 100, where the polygon through their centres has an area of 81.</summary>
    public int PixelCount { get; }

    /// <summary>The area of the polygon through pixel centres, in pixels; 0 if degenerate.</summary>
    public double PolygonArea => Math.Abs(Corners.Select((corner, i) => (Next: Corners[(i + 1) % Corners.Length], corner)).Sum(edge => ((long)edge.corner.X * edge.Next.Y) - ((long)edge.Next.X * edge.corner.Y))) / 2.0;

    /// <summary>The hull of some pixels.</summary>
    /// <param name="pixels">height · width values, row by row.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <exception cref="ArgumentException">The number of values is no multiple of the width.</exception>
    public static ConvexHull Of(ReadOnlySpan<bool> pixels, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        if (pixels.Length % width != 0)
        {
            throw new ArgumentException($"{pixels.Length} pixels are no whole rows of {width}.", nameof(pixels));
        }

        // Of a row, only its ends can be corners.
        List<(int X, int Y)> points = [];
        for (int y = 0; y < pixels.Length / width; y++)
        {
            var row = pixels.Slice(y * width, width);
            int first = row.IndexOf(true), last = row.LastIndexOf(true);
            if (first >= 0)
            {
                points.Add((first, y));
            }

            if (last > first)
            {
                points.Add((last, y));
            }
        }

        return new(Chain(points), width, pixels.Length / width);
    }

    /// <summary>The two halves of the outline, along one side of the points in order and back along the other.</summary>
    private static ImmutableArray<(int X, int Y)> Chain(List<(int X, int Y)> points)
    {
        if (points.Count < 3)
        {
            return [.. points];
        }

        points.Sort();
        List<(int X, int Y)> there = [], back = [];
        foreach (var point in points)
        {
            Extend(there, point);
        }

        foreach (var point in Enumerable.Reverse(points))
        {
            Extend(back, point);
        }

        return [.. there[..^1], .. back[..^1]];
    }

    private static void Extend(List<(int X, int Y)> half, (int X, int Y) point)
    {
        while (half.Count >= 2 && Turn(half[^2], half[^1], point) <= 0)
        {
            half.RemoveAt(half.Count - 1);
        }

        half.Add(point);
    }

    private static long Turn((int X, int Y) a, (int X, int Y) b, (int X, int Y) c) => ((long)(b.X - a.X) * (c.Y - a.Y)) - ((long)(b.Y - a.Y) * (c.X - a.X));

    /// <summary>Row by row, from the first column at or right of the outline's left side to the last at or left of its right side. In whole numbers, so that nothing is rounded.</summary>
    private bool[] Filled()
    {
        bool[] mask = new bool[Width * Height];
        int[] left = new int[Height], right = new int[Height];
        Array.Fill(left, int.MaxValue);
        Array.Fill(right, int.MinValue);
        for (int i = 0; i < Corners.Length; i++)
        {
            var (one, other) = (Corners[i], Corners[(i + 1) % Corners.Length]);
            var (top, bottom) = one.Y <= other.Y ? (one, other) : (other, one);
            for (int y = top.Y; y <= bottom.Y; y++)
            {
                int rise = bottom.Y - top.Y, run = bottom.X - top.X;
                (left[y], right[y]) = rise == 0
                    ? (Math.Min(left[y], Math.Min(top.X, bottom.X)), Math.Max(right[y], Math.Max(top.X, bottom.X)))
                    : (Math.Min(left[y], top.X + Ceiling((y - top.Y) * run, rise)), Math.Max(right[y], top.X + Floor((y - top.Y) * run, rise)));
            }
        }

        for (int y = 0; y < Height; y++)
        {
            if (left[y] <= right[y])
            {
                mask.AsSpan((y * Width) + left[y], right[y] - left[y] + 1).Fill(true);
            }
        }

        return mask;
    }

    private static int Floor(int number, int divisor) => (number / divisor) - (number % divisor < 0 ? 1 : 0);

    private static int Ceiling(int number, int divisor) => -Floor(-number, divisor);
}
