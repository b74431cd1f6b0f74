namespace Unmask;

/// <summary>
/// Resizes planes of numbers by cubic convolution (Keys, a = −¾; half-pixel centres, the border repeated outwards, no antialiasing): OpenCV's INTER_CUBIC. Values may overshoot: they are not clipped, for they are not bytes.
/// </summary>
internal static class BicubicResize
{
    private const double A = -0.75;
    private const int Taps = 4;

    /// <summary>Resizes one plane.</summary>
    /// <param name="plane">height · width values, row by row.</param>
    /// <param name="height">Rows of it.</param>
    /// <param name="width">Columns of it.</param>
    /// <param name="newHeight">Rows of the result.</param>
    /// <param name="newWidth">Columns of the result.</param>
    public static float[] Run(ReadOnlySpan<float> plane, int height, int width, int newHeight, int newWidth)
    {
        var (rows, down) = Axis(height, newHeight);
        var (columns, across) = Axis(width, newWidth);
        double[] narrow = new double[height * newWidth];
        for (int place = 0; place < narrow.Length; place++)
        {
            int row = place / newWidth * width, first = place % newWidth * Taps;
            for (int tap = first; tap < first + Taps; tap++)
            {
                narrow[place] += across[tap] * plane[row + columns[tap]];
            }
        }

        float[] resized = new float[newHeight * newWidth];
        for (int place = 0; place < resized.Length; place++)
        {
            double sum = 0;
            int column = place % newWidth, first = place / newWidth * Taps;
            for (int tap = first; tap < first + Taps; tap++)
            {
                sum += down[tap] * narrow[(rows[tap] * newWidth) + column];
            }

            resized[place] = (float)sum;
        }

        return resized;
    }

    /// <summary>For each new pixel the four old ones that it is made of, and how much of each.</summary>
    private static (int[] From, double[] Weights) Axis(int size, int newSize)
    {
        int[] from = new int[newSize * Taps];
        double[] weights = new double[newSize * Taps];
        for (int tap = 0; tap < from.Length; tap++)
        {
            double centre = (((tap / Taps) + 0.5) * size / newSize) - 0.5;
            int at = (int)Math.Floor(centre) - 1 + (tap % Taps);
            from[tap] = Math.Clamp(at, 0, size - 1);
            weights[tap] = Weight(Math.Abs(centre - at));
        }

        return (from, weights);
    }

    private static double Weight(double distance) => distance switch
    {
        <= 1 => ((((A + 2) * distance) - (A + 3)) * distance * distance) + 1,
        < 2 => (((((A * distance) - (5 * A)) * distance) + (8 * A)) * distance) - (4 * A),
        _ => 0,
    };
}
