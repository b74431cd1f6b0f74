namespace Unmask.Imaging;

/// <summary>Measures and draws a <see cref="Figure"/>: title, subtitle, panels side by side (wide pictures: one below the other), colour bar, note.</summary>
internal sealed class FigureLayout
{
    private const double WideFrom = 1.9;

    // Text grows and shrinks with the panels, but stays readable.
    private const float SmallestScale = 0.7f;

    private readonly Figure _figure;
    private readonly float _scale;
    private readonly Image _panel;
    private readonly Image _overlay;
    private readonly ColorBar? _bar;
    private readonly string _note;
    private readonly bool _stacked;

    public FigureLayout(Figure figure)
    {
        _figure = figure;
        _scale = Math.Max(SmallestScale, figure.PanelPixels / 720f);
        _panel = Panel.Fit(figure.Picture, figure.PanelPixels);
        var map = figure.Map.PlacedOn(figure.Picture, _panel);
        _overlay = map.Over(_panel, figure.Overlay);
        if (figure.Overlay.Frame) _panel = Frame.Around(map, _panel);
        _note = NoteOf(figure);
        _stacked = figure.ShowPicture && _panel.Width > WideFrom * _panel.Height;
        _bar = map.IsConstant ? null : new ColorBar(map, figure.Overlay.Colors ?? map.DefaultColors, Math.Max(PanelsHeight, Round(200)), _scale);
    }

    private int Margin => Round(36);

    private int Gap => Round(22);

    private int PanelsWidth => _figure.ShowPicture && !_stacked ? 2 * _panel.Width + Gap : _panel.Width;

    private int PanelsHeight => _stacked ? 2 * _panel.Height + Gap : _panel.Height;

    private int ContentHeight => Math.Max(PanelsHeight, _bar?.Height ?? 0);

    private int ContentWidth => Math.Max(PanelsWidth + (_bar is null ? 0 : Gap + _bar.Width), Round(560));

    public Image Draw()
    {
        var canvas = new Canvas(ContentWidth + 2 * Margin, HeaderHeight + ContentHeight + NoteHeight + 2 * Margin, Rgb.White);
        var top = DrawHeader(canvas);
        DrawPanels(canvas, top);
        DrawNote(canvas, top + ContentHeight);
        return canvas.ToImage();
    }

    private int HeaderHeight =>
        (_figure.Title.Length > 0 ? Title.LineHeight : 0) + (_figure.Subtitle.Length > 0 ? Subtitle.LineHeight : 0)
        + (_figure.Title.Length + _figure.Subtitle.Length > 0 ? Round(12) : 0);

    private int NoteHeight => _note.Length > 0 ? Round(12) + Subtitle.LineHeight : 0;

    private TextStyle Title => TextStyle.Title(_scale);

    private TextStyle Subtitle => TextStyle.Subtitle(_scale);

    private int DrawHeader(Canvas canvas)
    {
        var y = Margin;
        foreach (var (text, style) in new[] { (_figure.Title, Title), (_figure.Subtitle, Subtitle) })
        {
            if (text.Length == 0) continue;
            canvas.Write(style.Fit(text, ContentWidth), Margin, y + (int)Math.Round(style.Capitals), style);
            y += style.LineHeight;
        }
        return Margin + HeaderHeight;
    }

    private void DrawPanels(Canvas canvas, int top)
    {
        int left = Margin, y = top + (ContentHeight - PanelsHeight) / 2;
        if (_figure.ShowPicture)
        {
            Panel.Draw(canvas, _panel, left, y);
            if (_stacked) y += _panel.Height + Gap;
            else left += _panel.Width + Gap;
        }
        Panel.Draw(canvas, _overlay, left, y);
        _bar?.Draw(canvas, Margin + PanelsWidth + Gap, top + (ContentHeight - _bar.Height) / 2);
    }

    private void DrawNote(Canvas canvas, int top)
    {
        if (_note.Length > 0)
            canvas.Write(Subtitle.Fit(_note, ContentWidth), Margin, top + Round(12) + Subtitle.LineHeight - Round(7), Subtitle);
    }

    private static string NoteOf(Figure figure)
    {
        if (!figure.Map.IsConstant) return figure.Note;
        var value = figure.Map.Values[0];
        var constant = value == 0 ? "The map is 0 everywhere: there is nothing to show." : $"The map is {value:G4} everywhere: there is nothing to show.";
        return figure.Note.Length == 0 ? constant : $"{constant} {figure.Note}";
    }

    private int Round(float pixels) => (int)Math.Round(pixels * _scale);
}
