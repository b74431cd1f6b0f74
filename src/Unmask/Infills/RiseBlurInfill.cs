namespace Unmask;

/// <summary>
/// The blur of RISE's insertion game: an 11 × 11 kernel that is what scipy's <c>gaussian_filter</c> (σ = 5, reflected at the border, cut off at
/// 4σ) makes of a single 1 in the middle of an 11 × 11 field. The Gaussian is wider than the field, so its tails fold back inside: the kernel is
/// nearly a box. Beyond the border the input counts as 0, so that the picture's rim fades to 0.
/// </summary>
internal sealed class RiseBlurInfill : Infill
{
    private const int Length = 11;
    private const double Sigma = 5;
    private const int Radius = (int)(4 * Sigma);

    private static readonly double[] Kernel = FoldedGaussian();

    public override string Name => "rise-blur";

    public override float[] For(ModelInput input)
    {
        var layout = input.Layout;
        var (height, width) = layout.Spatial;
        double[] plane = new double[height * width], across = new double[height * width];
        float[] blurred = new float[layout.Count];
        for (int channel = 0; channel < layout.Channels; channel++)
        {
            for (int i = 0; i < plane.Length; i++)
            {
                plane[i] = input.Values[layout.IndexOf(channel, i / width, i % width)];
            }

            Convolve(plane, across, height, width, 1);
            Convolve(across, plane, width, height, width);
            for (int i = 0; i < plane.Length; i++)
            {
                blurred[layout.IndexOf(channel, i / width, i % width)] = (float)plane[i];
            }
        }

        return blurred;
    }

    /// <summary>One dimension of the kernel: the Gaussian's weights, each added where reflection about the field's edges puts it.</summary>
    internal static double[] FoldedGaussian()
    {
        double[] kernel = new double[Length];
        double total = 0;
        for (int distance = -Radius; distance <= Radius; distance++)
        {
            double weight = Math.Exp(-0.5 * distance * distance / (Sigma * Sigma));
            total += weight;
            // d c b a | a b c d | d c b a: the pattern repeats every two lengths of the field.
            int at = ((((Length / 2) + distance) % (2 * Length)) + (2 * Length)) % (2 * Length);
            kernel[at < Length ? at : (2 * Length) - 1 - at] += weight;
        }

        return [.. kernel.Select(weight => weight / total)];
    }

    /// <summary>Along one axis of a plane: <paramref name="lines"/> lines of <paramref name="length"/> values that stand <paramref name="stride"/> apart.</summary>
    private static void Convolve(double[] source, double[] target, int lines, int length, int stride)
    {
        for (int line = 0; line < lines; line++)
        {
            int start = stride == 1 ? line * length : line;
            for (int i = 0; i < length; i++)
            {
                double sum = 0;
                for (int k = Math.Max(0, (Length / 2) - i); k < Math.Min(Length, length + (Length / 2) - i); k++)
                {
                    sum += Kernel[k] * source[start + ((i + k - (Length / 2)) * stride)];
                }

                target[start + (i * stride)] = sum;
            }
        }
    }
}
