using System.Runtime.InteropServices;

namespace Unmask.Imaging;

/// <summary>An sRGB colour, 8 bits a channel.</summary>
/// <param name="R">Red, 0-255.</param>
/// <param name="G">Green, 0-255.</param>
/// <param name="B">Blue, 0-255.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct Rgb(byte R, byte G, byte B)
{
    /// <summary>(255, 255, 255).</summary>
    public static Rgb White => new(255, 255, 255);

    /// <summary>(0, 0, 0).</summary>
    public static Rgb Black => default;

    /// <summary>#RRGGBB.</summary>
    public override string ToString() => $"#{R:X2}{G:X2}{B:X2}";
}
