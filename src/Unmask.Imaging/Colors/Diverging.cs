namespace Unmask.Imaging;

/// <summary>Makes a diverging colour map: two arms of different hue that darken alike from a near white middle.</summary>
internal static class Diverging
{
    private const double MiddleLightness = 0.96;
    private const double EndLightness = 0.38;
    private const double LargestChroma = 0.145;

    // Fine steps along an arm, to measure its length.
    private const int FineSteps = 2000;

    public static IEnumerable<Rgb> Colors(int count, double blueDegrees, double redDegrees)
    {
        var blue = EvenArm(blueDegrees);
        var red = EvenArm(redDegrees);
        return Enumerable.Range(0, count).Select(i => 2.0 * i / (count - 1) - 1).Select(t => (t < 0 ? blue(-t) : red(t)).ToRgb());
    }

    // Where an arm is at t (0 middle, 1 end) when it is walked at an even perceptual speed.
    private static Func<double, Oklab> EvenArm(double degrees)
    {
        var lengths = new double[FineSteps + 1];
        for (var i = 1; i <= FineSteps; i++)
            lengths[i] = lengths[i - 1] + Arm((i - 1.0) / FineSteps, degrees).DistanceTo(Arm((double)i / FineSteps, degrees));
        return t =>
        {
            var at = Array.BinarySearch(lengths, t * lengths[^1]);
            return Arm((double)(at < 0 ? ~at : at) / FineSteps, degrees);
        };
    }

    // Lightness falls evenly; chroma rises first and gives way again where dark colours have less of it.
    private static Oklab Arm(double t, double degrees) =>
        Oklab.FromHue(MiddleLightness + (EndLightness - MiddleLightness) * t, LargestChroma * Math.Sin(Math.PI * 0.68 * t), degrees);
}
