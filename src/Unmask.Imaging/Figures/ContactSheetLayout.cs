namespace Unmask.Imaging;

/// <summary>Measures and draws a <see cref="ContactSheet"/>. All rows are as tall as their tallest picture, captions stand right below the pictures.</summary>
internal sealed class ContactSheetLayout
{
    private readonly ContactSheet _sheet;
    private readonly float _scale;
    private readonly int _columns;
    private readonly List<ContactSheetCell[]> _rows;
    private readonly int _cellWidth;

    public ContactSheetLayout(ContactSheet sheet)
    {
        _sheet = sheet;
        // Captions keep a readable size in small cells.
        _scale = Math.Max(0.8f, sheet.CellPixels / 320f);
        _columns = Math.Min(sheet.Cells.Count, sheet.Columns ?? (int)Math.Ceiling(Math.Sqrt(sheet.Cells.Count * 4 / 3.0)));
        _rows = [.. sheet.Cells.Chunk(_columns)];
        _cellWidth = sheet.Cells.Max(cell => Panel.SizeOf(cell.Picture, sheet.CellPixels).Width);
    }

    private int Margin => Round(28);

    private int Gap => Round(16);

    private TextStyle Title => TextStyle.Title(0.85f * _scale);

    private TextStyle Subtitle => TextStyle.Subtitle(0.85f * _scale);

    private TextStyle Caption => TextStyle.Caption(0.9f * _scale);

    private TextStyle Detail => TextStyle.PaleLabel(0.88f * _scale);

    private int ContentWidth => _columns * _cellWidth + (_columns - 1) * Gap;

    public Image Draw()
    {
        var canvas = new Canvas(ContentWidth + 2 * Margin, HeaderHeight + _rows.Sum(HeightOf) + (_rows.Count - 1) * Gap + 2 * Margin, Rgb.White);
        DrawHeader(canvas);
        var top = Margin + HeaderHeight;
        foreach (var row in _rows)
        {
            for (var i = 0; i < row.Length; i++)
                DrawCell(canvas, row[i], Margin + i * (_cellWidth + Gap), top, PicturesHeight(row));
            top += HeightOf(row) + Gap;
        }
        return canvas.ToImage();
    }

    private int HeaderHeight =>
        (_sheet.Title.Length > 0 ? Title.LineHeight : 0) + (_sheet.Subtitle.Length > 0 ? Subtitle.LineHeight : 0)
        + (_sheet.Title.Length + _sheet.Subtitle.Length > 0 ? Round(10) : 0);

    private int HeightOf(ContactSheetCell[] row) =>
        PicturesHeight(row)
        + (row.Any(cell => cell.Caption.Length > 0) ? Round(6) + Caption.LineHeight : 0)
        + (row.Any(cell => cell.Detail.Length > 0) ? Detail.LineHeight : 0);

    private int PicturesHeight(ContactSheetCell[] row) => row.Max(cell => Panel.SizeOf(cell.Picture, _sheet.CellPixels).Height);

    private void DrawHeader(Canvas canvas)
    {
        var y = Margin;
        foreach (var (text, style) in new[] { (_sheet.Title, Title), (_sheet.Subtitle, Subtitle) })
        {
            if (text.Length == 0) continue;
            canvas.Write(style.Fit(text, ContentWidth), Margin, y + (int)Math.Round(style.Capitals), style);
            y += style.LineHeight;
        }
    }

    private void DrawCell(Canvas canvas, ContactSheetCell cell, int left, int top, int height)
    {
        var picture = Panel.Fit(cell.Picture, _sheet.CellPixels);
        Panel.Draw(canvas, picture, left + (_cellWidth - picture.Width) / 2, top + (height - picture.Height) / 2);
        var y = top + height + Round(6);
        foreach (var (text, style) in new[] { (cell.Caption, Caption), (cell.Detail, Detail) })
        {
            if (text.Length == 0) continue;
            canvas.WriteCentered(style.Fit(text, _cellWidth), left + _cellWidth / 2f, y + (int)Math.Round(1.05 * style.Size), style);
            y += style.LineHeight;
        }
    }

    private int Round(float pixels) => (int)Math.Round(pixels * _scale);
}
