using System.Runtime.InteropServices;

namespace Unmask.Imaging;

/// <summary>A rectangle on a picture, in its pixels; fractions are allowed. Pixel (0, 0) covers from 0 to 1 in both directions.</summary>
/// <param name="Left">Distance of the left edge from the picture's left edge.</param>
/// <param name="Top">Distance of the top edge from the picture's top edge.</param>
/// <param name="Width">Above 0.</param>
/// <param name="Height">Above 0.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct Region(double Left, double Top, double Width, double Height)
{
    /// <summary>One past the right edge.</summary>
    public double Right => Left + Width;

    /// <summary>One past the bottom edge.</summary>
    public double Bottom => Top + Height;

    /// <summary>The same rectangle on a picture that was resized.</summary>
    public Region Scale(double across, double down) => new(Left * across, Top * down, Width * across, Height * down);

    /// <summary>«224 × 224 at (13, 40)».</summary>
    public override string ToString() => $"{Width:0.#} × {Height:0.#} at ({Left:0.#}, {Top:0.#})";
}
