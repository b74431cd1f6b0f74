namespace Unmask.Imaging;

/// <summary>The look of one kind of text.</summary>
/// <param name="Face">The weight.</param>
/// <param name="Size">Pixels an em.</param>
/// <param name="Color">The ink.</param>
internal sealed record TextStyle(Typeface Face, float Size, Rgb Color)
{
    private static readonly Rgb Ink = new(0x16, 0x18, 0x1D);
    private static readonly Rgb PaleInk = new(0x5B, 0x62, 0x6D);

    /// <summary>From one line's baseline to the next.</summary>
    public int LineHeight => (int)Math.Round(1.4 * Size);

    /// <summary>The height of a capital letter.</summary>
    public float Capitals => Typeface.CapitalsAt(Size);

    public static TextStyle Title(float scale) => new(Typeface.Semibold, 28 * scale, Ink);

    public static TextStyle Subtitle(float scale) => new(Typeface.Regular, 19 * scale, PaleInk);

    public static TextStyle Label(float scale) => new(Typeface.Regular, 16.5f * scale, Ink);

    public static TextStyle PaleLabel(float scale) => new(Typeface.Regular, 16.5f * scale, PaleInk);

    public static TextStyle Caption(float scale) => new(Typeface.Semibold, 17 * scale, Ink);

    public float Measure(string text) => Face.Measure(text, Size);

    public string Fit(string text, float width) => Face.Fit(text, Size, width);
}
