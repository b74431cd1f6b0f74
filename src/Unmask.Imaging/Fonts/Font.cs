using System.Buffers.Binary;
using System.Numerics;

namespace Unmask.Imaging;

/// <summary>One TrueType font: which glyph shows a character, how wide it is, and its outline.</summary>
internal sealed class Font
{
    private readonly byte[] _widths;
    private readonly int _widthCount;
    private readonly Dictionary<int, int> _glyphs;
    private readonly GlyphTable _outlines;

    public Font(byte[] woff)
    {
        var file = new WoffFile(woff);
        var head = file.Table("head");
        UnitsPerEm = Unsigned(head, 18);
        _widths = file.Table("hmtx");
        _widthCount = Unsigned(file.Table("hhea"), 34);
        _glyphs = CharacterMap.Read(file.Table("cmap"));
        _outlines = new(file.Table("glyf"), file.Table("loca"), longOffsets: Unsigned(head, 50) == 1);
    }

    /// <summary>Font units in one em, the nominal text size.</summary>
    public int UnitsPerEm { get; }

    /// <summary>The glyph of a Unicode code point; 0 (a hollow box) where the font has none.</summary>
    public int GlyphOf(int codePoint) => _glyphs.GetValueOrDefault(codePoint);

    /// <summary>How far a glyph moves the pen, in font units.</summary>
    public int WidthOf(int glyph) => Unsigned(_widths, 4 * Math.Min(glyph, _widthCount - 1));

    /// <summary>Adds a glyph's outline, its origin on the baseline at <paramref name="at"/>.</summary>
    public void AddOutline(Polygons shape, int glyph, Vector2 at, float size)
    {
        var scale = size / UnitsPerEm;
        // Fonts count upwards, pictures downwards.
        _outlines.Add(shape, glyph, new Matrix3x2(scale, 0, 0, -scale, at.X, at.Y));
    }

    private static int Unsigned(byte[] table, int at) => BinaryPrimitives.ReadUInt16BigEndian(table.AsSpan(at));
}
