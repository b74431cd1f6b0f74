using System.Numerics;

namespace Unmask.Imaging;

/// <summary>A picture in the making.</summary>
internal sealed class Canvas
{
    private readonly byte[] _pixels;

    public Canvas(int width, int height, Rgb background)
    {
        (Width, Height) = (width, height);
        _pixels = GC.AllocateUninitializedArray<byte>(checked(3 * width * height));
        PixelRows.Fill(_pixels, background);
    }

    public Canvas(Image image)
    {
        (Width, Height) = (image.Width, image.Height);
        _pixels = image.Pixels.ToArray();
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>The samples of one row.</summary>
    public Span<byte> Row(int y) => _pixels.AsSpan(3 * Width * y, 3 * Width);

    /// <summary>Hands the pixels over; the canvas is not to be used afterwards.</summary>
    public Image ToImage() => Image.Adopt(Width, Height, _pixels);

    /// <summary>Puts a picture that fits at (left, top).</summary>
    public void Draw(Image image, int left, int top)
    {
        for (var y = 0; y < image.Height; y++)
            image.Pixels.Slice(3 * image.Width * y, 3 * image.Width).CopyTo(Row(top + y)[(3 * left)..]);
    }

    /// <summary>Fills outlines with a colour, with smooth edges.</summary>
    public void Fill(Polygons shape, Rgb color, float opacity = 1) =>
        Rasterizer.Fill(shape, Width, Height, (y, left, coverage) =>
        {
            var row = Row(y)[(3 * left)..];
            for (var x = 0; x < coverage.Length; x++)
                if (coverage[x] > 0)
                    Blend(row.Slice(3 * x, 3), color, opacity * coverage[x]);
        });

    /// <summary>Fills a rectangle of whole pixels, cut at the canvas.</summary>
    public void FillRectangle(int left, int top, int width, int height, Rgb color, float opacity = 1)
    {
        int right = Math.Min(Width, left + width), bottom = Math.Min(Height, top + height);
        (left, top) = (Math.Max(0, left), Math.Max(0, top));
        for (var y = top; y < bottom; y++)
            for (var x = left; x < right; x++)
                Blend(Row(y).Slice(3 * x, 3), color, opacity);
    }

    /// <summary>Draws the inner border of a rectangle of whole pixels.</summary>
    public void DrawFrame(int left, int top, int width, int height, int thickness, Rgb color, float opacity = 1)
    {
        FillRectangle(left, top, width, thickness, color, opacity);
        FillRectangle(left, top + height - thickness, width, thickness, color, opacity);
        FillRectangle(left, top + thickness, thickness, height - 2 * thickness, color, opacity);
        FillRectangle(left + width - thickness, top + thickness, thickness, height - 2 * thickness, color, opacity);
    }

    /// <summary>Writes a line of text whose baseline starts at (x, y).</summary>
    public void Write(string text, float x, int y, TextStyle style) => Fill(style.Face.Outline(text, new(x, y), style.Size), style.Color);

    /// <summary>Writes a line of text centred at x.</summary>
    public void WriteCentered(string text, float x, int y, TextStyle style) => Write(text, x - style.Measure(text) / 2, y, style);

    /// <summary>Writes a line of text from bottom to top; its baseline, on the right, starts at (x, y).</summary>
    public void WriteUpwards(string text, float x, float y, TextStyle style)
    {
        var shape = style.Face.Outline(text, Vector2.Zero, style.Size);
        shape.Transform(Matrix3x2.CreateRotation(-MathF.PI / 2) * Matrix3x2.CreateTranslation(x, y));
        Fill(shape, style.Color);
    }

    private static void Blend(Span<byte> pixel, Rgb color, float weight)
    {
        pixel[0] = (byte)(pixel[0] + (color.R - pixel[0]) * weight + 0.5f);
        pixel[1] = (byte)(pixel[1] + (color.G - pixel[1]) * weight + 0.5f);
        pixel[2] = (byte)(pixel[2] + (color.B - pixel[2]) * weight + 0.5f);
    }
}
