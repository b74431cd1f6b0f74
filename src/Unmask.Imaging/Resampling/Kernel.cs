namespace Unmask.Imaging;

/// <summary>The filters as functions of the distance from a new pixel's centre, in pixels of the coarser grid.</summary>
internal static class Kernel
{
    private const double CubicSharpness = -0.5;

    public static double SupportOf(ResizeFilter filter) => filter switch
    {
        ResizeFilter.Box => 0.5,
        ResizeFilter.Bilinear => 1,
        ResizeFilter.Bicubic => 2,
        ResizeFilter.Lanczos => 3,
        _ => throw new ArgumentOutOfRangeException(nameof(filter), filter, "Not a filter with a kernel."),
    };

    public static double Value(ResizeFilter filter, double x) => filter switch
    {
        // Half open, so that a pixel on the border of two cells counts once.
        ResizeFilter.Box => x is > -0.5 and <= 0.5 ? 1 : 0,
        ResizeFilter.Bilinear => Math.Max(0, 1 - Math.Abs(x)),
        ResizeFilter.Bicubic => Cubic(Math.Abs(x)),
        _ => x is >= -3 and < 3 ? Sinc(x) * Sinc(x / 3) : 0,
    };

    private static double Cubic(double x) => x switch
    {
        < 1 => ((CubicSharpness + 2) * x - (CubicSharpness + 3)) * x * x + 1,
        < 2 => (((x - 5) * x + 8) * x - 4) * CubicSharpness,
        _ => 0,
    };

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);
}
