using System.Numerics.Tensors;

namespace Unmask.Segmenters;

/// <summary>A picture as the model sees it: red, green and blue in 0 to 1, each a plane of height × width.</summary>
internal sealed class SeenPicture
{
    private readonly float[][] _planes;

    private SeenPicture(int height, int width, float[][] planes)
    {
        Height = height;
        Width = width;
        _planes = planes;
    }

    public int Height { get; }

    public int Width { get; }

    public ReadOnlySpan<float> Plane(int color) => _planes[color];

    /// <summary>
    /// Recovers the colours from a model's input: the normalisation undone when it came from a picture; a tensor stretched to 0 to 1 as a whole.
    /// One channel is grey; of any number other than 3, the mean is taken as grey.
    /// </summary>
    public static SeenPicture Of(ModelInput input)
    {
        var layout = input.Layout;
        var (height, width) = layout.Spatial;
        float[][] channels = [.. Enumerable.Range(0, layout.Channels).Select(channel => Channel(input, channel, height, width))];
        if (input.Picture is null)
        {
            Stretch(channels);
        }

        if (channels.Length != 3)
        {
            float[] grey = Mean(channels);
            return new(height, width, [grey, grey, grey]);
        }

        return input.Preprocessing.ChannelOrder == ChannelOrder.Bgr
            ? new(height, width, [channels[2], channels[1], channels[0]])
            : new(height, width, channels);
    }

    /// <summary>Blurred by a Gaussian cut off at 3σ, the border held constant outwards.</summary>
    /// <param name="sigma">In pixels; 0 leaves the picture as it is.</param>
    public SeenPicture Smoothed(double sigma)
    {
        if (sigma == 0)
        {
            return this;
        }

        float[] kernel = Kernel(sigma);
        return new(Height, Width, [.. _planes.Select(plane => Down(Across(plane, kernel), kernel))]);
    }

    private static float[] Channel(ModelInput input, int channel, int height, int width)
    {
        var (factor, offset) = input.Picture is null ? (1f, 0f) : Inverse(input.Preprocessing, channel);
        float[] plane = new float[height * width];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                plane[(y * width) + x] = (input.Values[input.Layout.IndexOf(channel, y, x)] * factor) + offset;
            }
        }

        return plane;
    }

    /// <summary>What undoes the normalisation of a channel: level ÷ 255 = value · factor + offset.</summary>
    private static (float Factor, float Offset) Inverse(Preprocessing preprocessing, int channel)
    {
        float black = preprocessing.Normalize(0, channel), white = preprocessing.Normalize(255, channel);
        return (1 / (white - black), -black / (white - black));
    }

    private static void Stretch(float[][] channels)
    {
        float low = channels.Min(plane => TensorPrimitives.Min<float>(plane)), high = channels.Max(plane => TensorPrimitives.Max<float>(plane));
        float range = high > low ? high - low : 1;
        foreach (float[] plane in channels)
        {
            TensorPrimitives.Subtract(plane, low, plane);
            TensorPrimitives.Divide(plane, range, plane);
        }
    }

    private static float[] Mean(float[][] channels)
    {
        float[] mean = new float[channels[0].Length];
        foreach (float[] plane in channels)
        {
            TensorPrimitives.MultiplyAdd(plane, 1f / channels.Length, mean, mean);
        }

        return mean;
    }

    private static float[] Kernel(double sigma)
    {
        int radius = (int)Math.Ceiling(3 * sigma);
        float[] kernel = new float[(2 * radius) + 1];
        for (int i = 0; i < kernel.Length; i++)
        {
            kernel[i] = (float)Math.Exp(-0.5 * (i - radius) * (i - radius) / (sigma * sigma));
        }

        TensorPrimitives.Divide(kernel, TensorPrimitives.Sum<float>(kernel), kernel);
        return kernel;
    }

    private float[] Across(float[] plane, float[] kernel)
    {
        int radius = kernel.Length / 2;
        float[] blurred = new float[plane.Length], padded = new float[Width + (2 * radius)];
        for (int y = 0; y < Height; y++)
        {
            var row = plane.AsSpan(y * Width, Width);
            padded.AsSpan(0, radius).Fill(row[0]);
            row.CopyTo(padded.AsSpan(radius));
            padded.AsSpan(radius + Width).Fill(row[^1]);
            var target = blurred.AsSpan(y * Width, Width);
            for (int k = 0; k < kernel.Length; k++)
            {
                TensorPrimitives.MultiplyAdd(padded.AsSpan(k, Width), kernel[k], target, target);
            }
        }

        return blurred;
    }

    private float[] Down(float[] plane, float[] kernel)
    {
        int radius = kernel.Length / 2;
        float[] blurred = new float[plane.Length];
        for (int y = 0; y < Height; y++)
        {
            var target = blurred.AsSpan(y * Width, Width);
            for (int k = 0; k < kernel.Length; k++)
            {
                int row = Math.Clamp(y + k - radius, 0, Height - 1);
                TensorPrimitives.MultiplyAdd(plane.AsSpan(row * Width, Width), kernel[k], target, target);
            }
        }

        return blurred;
    }
}
