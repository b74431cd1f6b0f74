using System.Numerics.Tensors;

namespace Unmask.WhiteBox;

/// <summary>Blurs pictures in the model's input space by Gaussians cut off at 4σ, in double precision, since differences of close blurs are taken.</summary>
/// <param name="layout">The axes of a picture.</param>
/// <param name="zeroOutside">Whether there are zeros outside; else the border is repeated outwards.</param>
internal sealed class GaussianBlur(InputLayout layout, bool zeroOutside)
{
    /// <summary>Whether the first pixel that is wholly beyond 4σ is still counted (⌈4σ⌉ to each side), or 4σ is rounded. Default: rounded.</summary>
    public bool RoundsUp { get; init; }

    private const double Truncation = 4;

    /// <summary>The picture, blurred; σ = 0 leaves it as it is.</summary>
    public double[] Run(float[] x, double sigma)
    {
        double[] values = new double[x.Length];
        TensorPrimitives.ConvertChecked<float, double>(x, values);
        return sigma == 0 ? values : Blurred(values, Kernel(sigma));
    }

    private double[] Kernel(double sigma)
    {
        int radius = RoundsUp ? (int)Math.Ceiling(Truncation * sigma) : (int)((Truncation * sigma) + 0.5);
        double[] kernel = new double[(2 * radius) + 1];
        for (int i = 0; i < kernel.Length; i++)
        {
            kernel[i] = Math.Exp(-0.5 * (i - radius) * (i - radius) / (sigma * sigma));
        }

        TensorPrimitives.Divide(kernel, TensorPrimitives.Sum<double>(kernel), kernel);
        return kernel;
    }

    private double[] Blurred(double[] values, double[] kernel)
    {
        var (height, width) = layout.Spatial;
        double[] blurred = new double[values.Length], plane = new double[height * width];
        for (int channel = 0; channel < layout.Channels; channel++)
        {
            for (int place = 0; place < plane.Length; place++)
            {
                plane[place] = values[layout.IndexOf(channel, place / width, place % width)];
            }

            double[] across = Across(plane, height, width, kernel);
            double[] both = Transposed(Across(Transposed(across, height, width), width, height, kernel), width, height);
            for (int place = 0; place < plane.Length; place++)
            {
                blurred[layout.IndexOf(channel, place / width, place % width)] = both[place];
            }
        }

        return blurred;
    }

    private double[] Across(double[] plane, int height, int width, double[] kernel)
    {
        int radius = kernel.Length / 2;
        double[] blurred = new double[plane.Length], padded = new double[width + (2 * radius)];
        for (int y = 0; y < height; y++)
        {
            var row = plane.AsSpan(y * width, width);
            padded.AsSpan(0, radius).Fill(zeroOutside ? 0 : row[0]);
            row.CopyTo(padded.AsSpan(radius));
            padded.AsSpan(radius + width).Fill(zeroOutside ? 0 : row[^1]);
            var target = blurred.AsSpan(y * width, width);
            for (int k = 0; k < kernel.Length; k++)
            {
                TensorPrimitives.MultiplyAdd(padded.AsSpan(k, width), kernel[k], target, target);
            }
        }

        return blurred;
    }

    private static double[] Transposed(double[] plane, int height, int width)
    {
        double[] transposed = new double[plane.Length];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                transposed[(x * height) + y] = plane[(y * width) + x];
            }
        }

        return transposed;
    }
}
