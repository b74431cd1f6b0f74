using System.Globalization;
using System.Numerics.Tensors;

namespace Unmask;

/// <summary>The input blurred by a Gaussian, cut off at 3σ unless told otherwise, with the border held constant outwards so that nothing darkens.</summary>
internal sealed class BlurInfill : Infill
{
    private readonly float _sigma;
    private readonly int? _radius;
    private readonly double[] _kernel;

    public BlurInfill(float sigmaPixels, int? radiusPixels = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sigmaPixels);
        (_sigma, _radius) = (sigmaPixels, radiusPixels);
        int radius = radiusPixels ?? Math.Max(1, (int)Math.Ceiling(3 * sigmaPixels));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(radius, nameof(radiusPixels));
        _kernel = new double[(2 * radius) + 1];
        for (int i = 0; i < _kernel.Length; i++)
        {
            double distance = (i - radius) / (double)sigmaPixels;
            _kernel[i] = Math.Exp(-0.5 * distance * distance);
        }

        double sum = _kernel.Sum();
        for (int i = 0; i < _kernel.Length; i++)
        {
            _kernel[i] /= sum;
        }
    }

    public override string Name => $"blur:{_sigma.ToString(CultureInfo.InvariantCulture)}{(_radius is { } radius ? $":{radius}" : "")}";

    public override float[] For(ModelInput input)
    {
        var layout = input.Layout;
        var (height, width) = PictureOf(input);
        float[] across = new float[layout.Count];
        float[] blurred = new float[layout.Count];
        int rowStride = layout.IndexOf(0, 1 % height, 0), columnStride = layout.IndexOf(0, 0, 1 % width);
        for (int channel = 0; channel < layout.Channels; channel++)
        {
            for (int y = 0; y < height; y++)
            {
                Convolve(input.Values, across, layout.IndexOf(channel, y, 0), columnStride, width);
            }

            for (int x = 0; x < width; x++)
            {
                Convolve(across, blurred, layout.IndexOf(channel, 0, x), rowStride, height);
            }
        }

        return blurred;
    }

    /// <summary>One line: a weighted sum of shifted lines, so that all its places are added up at once.</summary>
    private void Convolve(ReadOnlySpan<float> source, Span<float> target, int start, int stride, int length)
    {
        int radius = _kernel.Length / 2;
        double[] line = new double[length + (2 * radius)], sums = new double[length];
        for (int i = 0; i < line.Length; i++)
        {
            line[i] = source[start + (stride * Math.Clamp(i - radius, 0, length - 1))];
        }

        for (int k = 0; k < _kernel.Length; k++)
        {
            TensorPrimitives.MultiplyAdd(line.AsSpan(k, length), _kernel[k], sums, sums);
        }

        for (int i = 0; i < length; i++)
        {
            target[start + (stride * i)] = (float)sums[i];
        }
    }
}
