using System.Numerics;

namespace Unmask.Imaging;

/// <summary>A curve over an axis from 0 to 1 with the area under it filled: how a score changes while a picture is taken apart or put together.</summary>
public sealed record CurveChart
{
    /// <summary>Where each value stands, rising within 0 to 1.</summary>
    public required IReadOnlyList<double> At { get; init; }

    /// <summary>The values, as many as <see cref="At"/>; all finite.</summary>
    public required IReadOnlyList<double> Values { get; init; }

    /// <summary>What is printed into the chart, usually the area («AUC 0.142»). Default empty.</summary>
    public string Label { get; init; } = "";

    /// <summary>What the axis counts («pixels removed»). Default empty.</summary>
    public string AxisLabel { get; init; } = "";

    /// <summary>The colour of the curve. Default a blue that most colour-blind people can tell from others.</summary>
    public Rgb Color { get; init; } = new(0x00, 0x72, 0xB2);

    /// <summary>Side of the square, in pixels; text and lines grow with it. Default 320 · pixels · 120 to 2000.</summary>
    public int Pixels
    {
        get;
        init => field = value is >= 120 and <= 2000 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Pixels must lie between 120 and 2000.");
    } = 320;

    /// <summary>Draws it. The upright axis goes from 0 to 1, further only where values do.</summary>
    /// <exception cref="InvalidOperationException">There are fewer than two points, or not as many values as places.</exception>
    public Image Render() =>
        At.Count >= 2 && At.Count == Values.Count ? new CurveChartLayout(this).Draw()
            : throw new InvalidOperationException($"A curve needs at least two points and a value for each; there are {At.Count} places and {Values.Count} values.");
}

/// <summary>Measures and draws a <see cref="CurveChart"/>.</summary>
internal sealed class CurveChartLayout
{
    private const float FillOpacity = 0.22f;
    private const float GridOpacity = 0.12f;

    private readonly CurveChart _chart;
    private readonly float _scale;
    private readonly Ticks _up;
    private readonly double _low;
    private readonly double _high;

    public CurveChartLayout(CurveChart chart)
    {
        _chart = chart;
        _scale = chart.Pixels / 320f;
        (_low, _high) = (Math.Min(0, chart.Values.Min()), Math.Max(1, chart.Values.Max()));
        _up = Ticks.Between(_low, _high);
    }

    private TextStyle Small => TextStyle.PaleLabel(0.82f * _scale);

    private TextStyle Strong => TextStyle.Caption(1.1f * _scale);

    private int Left => Round(8) + (int)Math.Ceiling(_up.Labels.Max(Small.Measure)) + Round(7);

    private int Right => _chart.Pixels - Round(14);

    private int Top => Round(14);

    private int Bottom => _chart.Pixels - Round(8) - Small.LineHeight * (_chart.AxisLabel.Length > 0 ? 2 : 1);

    public Image Draw()
    {
        var canvas = new Canvas(_chart.Pixels, _chart.Pixels, Rgb.White);
        DrawGrid(canvas);
        canvas.Fill(Area(), _chart.Color, FillOpacity);
        canvas.Fill(Line(), _chart.Color);
        if (_chart.Label.Length > 0) DrawLabel(canvas);
        if (_chart.AxisLabel.Length > 0)
            canvas.WriteCentered(Small.Fit(_chart.AxisLabel, Right - Left), (Left + Right) / 2f, _chart.Pixels - Round(10), Small);
        return canvas.ToImage();
    }

    private void DrawGrid(Canvas canvas)
    {
        var hairline = Math.Max(1, Round(1));
        for (var i = 0; i < _up.Values.Length; i++)
        {
            var y = (int)Math.Round(Y(_up.Values[i]));
            canvas.FillRectangle(Left, y, Right - Left, hairline, Rgb.Black, GridOpacity);
            canvas.Write(_up.Labels[i], Left - Round(7) - Small.Measure(_up.Labels[i]), y + (int)Math.Round(Small.Capitals / 2), Small);
        }
        foreach (var (at, text) in new[] { (0, "0"), (0.5, "0.5"), (1, "1") })
        {
            canvas.FillRectangle((int)Math.Round(X(at)), Top, hairline, Bottom - Top, Rgb.Black, GridOpacity);
            canvas.WriteCentered(text, X(at), Bottom + (int)Math.Round(1.05 * Small.Size), Small);
        }
    }

    private Polygons Area()
    {
        var shape = new Polygons();
        shape.MoveTo(new(X(_chart.At[0]), Y(0)));
        for (var i = 0; i < _chart.At.Count; i++)
            shape.LineTo(Point(i));
        shape.LineTo(new(X(_chart.At[^1]), Y(0)));
        return shape;
    }

    private Polygons Line()
    {
        var shape = new Polygons();
        for (var i = 1; i < _chart.At.Count; i++)
            shape.AddStroke(Point(i - 1), Point(i), 2.2f * _scale);
        return shape;
    }

    // In that of the four corners from which the curve stays furthest; the right ones first.
    private void DrawLabel(Canvas canvas)
    {
        var text = Strong.Fit(_chart.Label, Right - Left - Round(16));
        var (width, tall) = (Strong.Measure(text), Strong.Capitals);
        var corners =
            from left in new[] { Right - Round(10) - width, Left + Round(10) }
            from baseline in new[] { Top + Round(10) + tall, Bottom - Round(12) }
            select (Left: left, Baseline: baseline);
        var (x, y) = corners.MaxBy(corner => Room(corner.Left, corner.Left + width, corner.Baseline - tall, corner.Baseline));
        canvas.Write(text, x, (int)Math.Round(y), Strong);
    }

    /// <summary>How far the curve stays above or below a box on the box's stretch of the axis; negative where it crosses the box.</summary>
    private float Room(float left, float right, float top, float bottom)
    {
        const int Samples = 24;
        var nearest = float.PositiveInfinity;
        for (var i = 0; i <= Samples; i++)
        {
            var y = Y(ValueAt((left + ((right - left) * i / Samples) - Left) / (Right - Left)));
            nearest = Math.Min(nearest, Math.Max(top - y, y - bottom));
        }
        return nearest;
    }

    private double ValueAt(double at)
    {
        var next = 1;
        while (next < _chart.At.Count - 1 && _chart.At[next] < at)
            next++;
        var (from, to) = (_chart.At[next - 1], _chart.At[next]);
        var share = to > from ? Math.Clamp((at - from) / (to - from), 0, 1) : 1;
        return _chart.Values[next - 1] + (share * (_chart.Values[next] - _chart.Values[next - 1]));
    }

    private Vector2 Point(int i) => new(X(_chart.At[i]), Y(_chart.Values[i]));

    private float X(double at) => Left + (float)at * (Right - Left);

    private float Y(double value) => Bottom - (float)((value - _low) / (_high - _low)) * (Bottom - Top);

    private int Round(float pixels) => (int)Math.Round(pixels * _scale);
}
