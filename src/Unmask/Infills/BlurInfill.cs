using System.Globalization;

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
        for (int channel = 0; channel < layout.Channels; channel++)
        {
            for (int y = 0; y < height; y++)
            {
                int row = y, c = channel;
                Convolve(input.Values, across, width, x => layout.IndexOf(c, row, x));
            }

            for (int x = 0; x < width; x++)
            {
                int column = x, c = channel;
                Convolve(across, blurred, height, y => layout.IndexOf(c, y, column));
            }
        }

        return blurred;
    }

    private void Convolve(ReadOnlySpan<float> source, Span<float> target, int length, Func<int, int> indexOf)
    {
        int radius = _kernel.Length / 2;
        for (int i = 0; i < length; i++)
        {
            double sum = 0;
            for (int k = -radius; k <= radius; k++)
            {
                sum += _kernel[k + radius] * source[indexOf(Math.Clamp(i + k, 0, length - 1))];
            }

            target[indexOf(i)] = (float)sum;
        }
    }
}
