using System.Runtime.InteropServices;

namespace Unmask.Imaging;

/// <summary>
/// The Oklab colour space: L is lightness (0 black, 1 white), a runs from green to red, b from blue to yellow; equal distances look about
/// equally different. Source: Björn Ottosson, «A perceptual color space for image processing», 2020.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct Oklab(double L, double A, double B)
{
    /// <summary>From lightness, chroma and hue in degrees.</summary>
    public static Oklab FromHue(double lightness, double chroma, double degrees) =>
        new(lightness, chroma * Math.Cos(degrees * Math.PI / 180), chroma * Math.Sin(degrees * Math.PI / 180));

    public static Oklab From(Rgb color)
    {
        double r = Linear(color.R), g = Linear(color.G), b = Linear(color.B);
        var l = Math.Cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
        var m = Math.Cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
        var s = Math.Cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
        return new(
            0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s);
    }

    /// <summary>The nearest 8-bit colour; channels outside of sRGB are clipped.</summary>
    public Rgb ToRgb()
    {
        var l = Cube(L + 0.3963377774 * A + 0.2158037573 * B);
        var m = Cube(L - 0.1055613458 * A - 0.0638541728 * B);
        var s = Cube(L - 0.0894841775 * A - 1.2914855480 * B);
        return new(
            Byte(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
            Byte(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
            Byte(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s));
    }

    /// <summary>How different two colours look; 0.01 is barely visible side by side, black and white are 1 apart.</summary>
    public double DistanceTo(Oklab other) => Math.Sqrt(Square(L - other.L) + Square(A - other.A) + Square(B - other.B));

    private static double Square(double x) => x * x;

    private static double Cube(double x) => x * x * x;

    // sRGB's transfer curve, IEC 61966-2-1.
    private static double Linear(byte value) => value / 255.0 is var v && v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4);

    private static byte Byte(double linear)
    {
        linear = Math.Clamp(linear, 0, 1);
        return (byte)Math.Round(255 * (linear <= 0.0031308 ? 12.92 * linear : 1.055 * Math.Pow(linear, 1 / 2.4) - 0.055));
    }
}
