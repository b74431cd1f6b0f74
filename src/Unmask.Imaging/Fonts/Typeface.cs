using System.Numerics;
using System.Text;

namespace Unmask.Imaging;

/// <summary>
/// The typeface of all pictures: Inter, embedded, in two weights, with Latin, Greek and Cyrillic letters. Pictures therefore look the same
/// on every machine and need no installed fonts. Other scripts are shown as hollow boxes.
/// </summary>
internal sealed class Typeface
{
    // Inter's capital letters are 1490 of 2048 units tall, its lower-case x 1118.
    private const float CapitalHeight = 1490f / 2048;

    private static readonly string[] Scripts = ["latin", "latin-ext", "greek", "cyrillic"];

    private readonly Lazy<Font>[] _fonts;

    private Typeface(int weight) =>
        _fonts = [.. Scripts.Select(script => new Lazy<Font>(() => Open($"inter-{script}-{weight}-normal.woff")))];

    /// <summary>For captions and numbers.</summary>
    public static Typeface Regular { get; } = new(400);

    /// <summary>For titles.</summary>
    public static Typeface Semibold { get; } = new(600);

    /// <summary>The height of capital letters and digits at a text size, both in pixels.</summary>
    public static float CapitalsAt(float size) => CapitalHeight * size;

    /// <summary>The width of a text in pixels.</summary>
    public float Measure(string text, float size)
    {
        var width = 0f;
        foreach (var (font, glyph) in Glyphs(text))
            width += font.WidthOf(glyph) * size / font.UnitsPerEm;
        return width;
    }

    /// <summary>The outlines of a text whose baseline starts at <paramref name="at"/>.</summary>
    public Polygons Outline(string text, Vector2 at, float size)
    {
        var shape = new Polygons();
        foreach (var (font, glyph) in Glyphs(text))
        {
            font.AddOutline(shape, glyph, at, size);
            at.X += font.WidthOf(glyph) * size / font.UnitsPerEm;
        }
        return shape;
    }

    /// <summary>The text, cut with «…» where it would be wider than allowed.</summary>
    public string Fit(string text, float size, float width)
    {
        if (Measure(text, size) <= width) return text;
        for (var length = text.Length - 1; length > 0; length--)
            if (!char.IsHighSurrogate(text[length - 1]) && Measure($"{text[..length].TrimEnd()}…", size) <= width)
                return $"{text[..length].TrimEnd()}…";
        return "…";
    }

    private IEnumerable<(Font Font, int Glyph)> Glyphs(string text)
    {
        foreach (var rune in text.EnumerateRunes())
            if (!Rune.IsControl(rune))
                yield return Find(Substitute(rune.Value));
    }

    private (Font Font, int Glyph) Find(int codePoint)
    {
        foreach (var font in _fonts)
            if (font.Value.GlyphOf(codePoint) is var glyph and not 0)
                return (font.Value, glyph);
        return (_fonts[0].Value, 0);
    }

    // Spaces of other widths that the font lacks.
    private static int Substitute(int codePoint) => codePoint switch
    {
        0x202F => 0x2009,
        0x2007 or 0x2003 => 0x20,
        _ => codePoint,
    };

    private static Font Open(string name)
    {
        using var stream = typeof(Typeface).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The font {name} is missing from {typeof(Typeface).Assembly.GetName().Name}.");
        var file = new byte[stream.Length];
        stream.ReadExactly(file);
        return new(file);
    }
}
