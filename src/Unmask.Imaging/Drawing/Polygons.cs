using System.Numerics;
using System.Runtime.InteropServices;

namespace Unmask.Imaging;

/// <summary>Closed outlines made of straight lines, in pixels; an area is inside where the outlines wind around it.</summary>
internal sealed class Polygons
{
    private readonly List<Vector2> _points = [];
    private readonly List<int> _starts = [];

    /// <summary>Number of outlines.</summary>
    public int Count => _starts.Count;

    /// <summary>The points of outline i.</summary>
    public ReadOnlySpan<Vector2> this[int i] =>
        CollectionsMarshal.AsSpan(_points)[_starts[i]..(i + 1 < _starts.Count ? _starts[i + 1] : _points.Count)];

    /// <summary>Starts an outline.</summary>
    public void MoveTo(Vector2 point)
    {
        _starts.Add(_points.Count);
        _points.Add(point);
    }

    /// <summary>Continues the outline with a line.</summary>
    public void LineTo(Vector2 point) => _points.Add(point);

    /// <summary>Continues the outline with a parabola.</summary>
    public void CurveTo(Vector2 control, Vector2 end)
    {
        var start = _points[^1];
        // The distance of a parabola from its chord is a quarter of this; a step count of n divides it by n².
        var bend = (start - 2 * control + end).Length();
        var steps = Math.Clamp((int)MathF.Ceiling(MathF.Sqrt(bend / 4 / FlatnessPixels)), 1, 16);
        for (var i = 1; i <= steps; i++)
        {
            var t = (float)i / steps;
            _points.Add((1 - t) * (1 - t) * start + 2 * t * (1 - t) * control + t * t * end);
        }
    }

    /// <summary>Adds a line of some thickness with round ends.</summary>
    public void AddStroke(Vector2 from, Vector2 to, float thickness)
    {
        var along = to - from;
        var direction = along.LengthSquared() > 0 ? Vector2.Normalize(along) : Vector2.UnitX;
        AddHalfCircle(to, direction, thickness / 2, first: true);
        AddHalfCircle(from, -direction, thickness / 2, first: false);
    }

    /// <summary>Adds a rectangle.</summary>
    public void AddRectangle(float left, float top, float width, float height)
    {
        MoveTo(new(left, top));
        LineTo(new(left + width, top));
        LineTo(new(left + width, top + height));
        LineTo(new(left, top + height));
    }

    /// <summary>Moves, turns or scales all points.</summary>
    public void Transform(Matrix3x2 change)
    {
        foreach (ref var point in CollectionsMarshal.AsSpan(_points))
            point = Vector2.Transform(point, change);
    }

    private const float FlatnessPixels = 0.05f;
    private const int HalfCircleSteps = 6;

    private void AddHalfCircle(Vector2 center, Vector2 direction, float radius, bool first)
    {
        for (var i = 0; i <= HalfCircleSteps; i++)
        {
            var (sin, cos) = MathF.SinCos(MathF.PI * i / HalfCircleSteps - MathF.PI / 2);
            var point = center + radius * new Vector2(direction.X * cos - direction.Y * sin, direction.X * sin + direction.Y * cos);
            if (first && i == 0) MoveTo(point);
            else LineTo(point);
        }
    }
}
