namespace Unmask.Imaging;

/// <summary>An upright scale: the colours, ticks with numbers, and the units along it. Ends in an arrow where numbers lie beyond the scale.</summary>
internal sealed class ColorBar
{
    private readonly Heatmap _map;
    private readonly Palette _palette;
    private readonly Ticks _ticks;
    private readonly float _scale;
    private readonly TextStyle _label;
    private readonly TextStyle _units;

    public ColorBar(Heatmap map, ColorMap colors, int height, float scale)
    {
        (_map, _palette, _scale, Height) = (map, new(colors), scale, height);
        _ticks = Ticks.Between(map.Low, map.High);
        (_label, _units) = (TextStyle.Label(scale), TextStyle.PaleLabel(scale));
    }

    public int Height { get; }

    public int Width => LabelsAt + (int)Math.Ceiling(LabelsWidth) + (_map.Options.Units.Length > 0 ? Round(10) + _units.LineHeight : 0);

    private int BarWidth => Round(24);

    private int LabelsAt => BarWidth + Round(14);

    private float LabelsWidth => Math.Max(_ticks.Labels.Max(_label.Measure), _ticks.Exponent == 0 ? 0 : ExponentWidth);

    private int ArrowHeight => Round(18);

    // The part of the bar that is the scale itself, measured from its top.
    private int ScaleTop => (_map.Scale.ClipsHigh ? ArrowHeight : 0) + (_ticks.Exponent == 0 ? 0 : Round(30));

    private int ScaleBottom => Height - (_map.Scale.ClipsLow ? ArrowHeight : 0);

    public void Draw(Canvas canvas, int left, int top)
    {
        DrawColors(canvas, left, top);
        DrawArrows(canvas, left, top);
        for (var i = 0; i < _ticks.Values.Length; i++)
            DrawTick(canvas, left, top, _ticks.Values[i], _ticks.Labels[i]);
        DrawExponent(canvas, left, top);
        DrawUnits(canvas, left, top);
    }

    private void DrawColors(Canvas canvas, int left, int top)
    {
        var rows = ScaleBottom - ScaleTop;
        for (var y = 0; y < rows; y++)
            canvas.FillRectangle(left, top + ScaleTop + y, BarWidth, 1, _palette[1 - (y + 0.5f) / rows]);
    }

    private void DrawArrows(Canvas canvas, int left, int top)
    {
        if (_map.Scale.ClipsHigh) canvas.Fill(Arrow(left, top + ScaleTop, -ArrowHeight), _palette[1]);
        if (_map.Scale.ClipsLow) canvas.Fill(Arrow(left, top + ScaleBottom, ArrowHeight), _palette[0]);
    }

    private Polygons Arrow(int left, int y, int height)
    {
        var shape = new Polygons();
        shape.MoveTo(new(left, y));
        shape.LineTo(new(left + BarWidth, y));
        shape.LineTo(new(left + BarWidth / 2f, y + 0.85f * height));
        return shape;
    }

    private void DrawTick(Canvas canvas, int left, int top, double value, string text)
    {
        var at = top + ScaleBottom - (ScaleBottom - ScaleTop) * _map.Scale.Place(value);
        var tick = new Polygons();
        var thickness = Math.Max(1, Round(1.5f));
        var y = Math.Clamp((int)Math.Round(at - thickness / 2.0), top + ScaleTop, top + ScaleBottom - thickness);
        tick.AddRectangle(left + BarWidth, y, Round(6), thickness);
        canvas.Fill(tick, _units.Color);
        canvas.Write(text, left + LabelsAt, (int)Math.Round(y + thickness / 2.0 + _label.Capitals / 2), _label);
    }

    private float ExponentWidth => _label.Measure("×10") + Raised.Measure(ExponentText) + 1;

    private string ExponentText => _ticks.Exponent.ToString().Replace('-', '\u2212');

    private TextStyle Raised => _label with { Size = 0.72f * _label.Size };

    private void DrawExponent(Canvas canvas, int left, int top)
    {
        if (_ticks.Exponent == 0) return;
        var y = top + (int)Math.Round(_label.Capitals) + Round(4);
        canvas.Write("×10", left, y, _label);
        canvas.Write(ExponentText, left + _label.Measure("×10") + 1, y - (int)Math.Round(0.45 * _label.Capitals), Raised);
    }

    private void DrawUnits(Canvas canvas, int left, int top)
    {
        if (_map.Options.Units.Length == 0) return;
        var text = _units.Fit(_map.Options.Units, Height);
        var x = left + LabelsAt + LabelsWidth + Round(10) + _units.Capitals;
        canvas.WriteUpwards(text, x, top + Height / 2f + _units.Measure(text) / 2, _units);
    }

    private int Round(float pixels) => (int)Math.Round(pixels * _scale);
}
