using System.Numerics.Tensors;
using Unmask.Numerics;

namespace Unmask;

/// <summary>
/// A normal distribution of pictures that is the same everywhere: the mean and deviation of each channel, how channels correlate, and how pixels correlate by the distance between
/// them, the same in all channels.
/// </summary>
internal sealed class PixelCorrelations
{
    // Of the variance: what no pixel nearby tells, and what keeps matrices of smooth pictures far enough from singular.
    private const double Nugget = 1e-4;

    private readonly int _reach;
    private readonly double[] _byLag;

    private PixelCorrelations(int reach, double[] byLag, Channel[] channels, double[,] mixing) => (_reach, _byLag, Channels, Mixing) = (reach, byLag, channels, mixing);

    /// <summary>The distribution of each channel by itself.</summary>
    public IReadOnlyList<Channel> Channels { get; }

    /// <summary>What makes independent numbers, one a channel, correlate as the channels of a pixel do: its product with its transpose is their correlation.</summary>
    public double[,] Mixing { get; }

    /// <summary>Estimates it: sums of products over all pairs of pixels at a distance, divided by the number of pixels, which makes every matrix of them positive.</summary>
    /// <param name="pictures">At least one. Gone through twice, one picture in memory at a time.</param>
    /// <param name="layout">Their axes.</param>
    /// <param name="reach">The largest distance along an axis.</param>
    public static PixelCorrelations Of(IEnumerable<float[]> pictures, InputLayout layout, int reach)
    {
        var (height, width) = layout.Spatial;
        int side = (2 * reach) + 1, count = 0;
        var ranges = new PixelRange[layout.Channels];
        foreach (float[] picture in pictures)
        {
            count++;
            for (int channel = 0; channel < ranges.Length; channel++)
            {
                ranges[channel] = ranges[channel].With(Plane(picture, layout, channel));
            }
        }

        Channel[] channels = [.. ranges.Select(range => range.ToChannel())];
        double[] byLag = new double[side * side];
        double[,] amongChannels = new double[channels.Length, channels.Length];
        foreach (float[] picture in pictures)
        {
            double[][] planes = [.. channels.Select((channel, number) => channel.Standardized(Plane(picture, layout, number)))];
            for (int channel = 0; channel < channels.Length; channel++)
            {
                Correlate(planes[channel], height, width, reach, byLag, 1.0 / ((double)height * width * count * channels.Length));
                for (int other = 0; other < channels.Length; other++)
                {
                    amongChannels[channel, other] += TensorPrimitives.Dot<double>(planes[channel], planes[other]) / ((double)height * width * count);
                }
            }
        }

        return new(reach, byLag, channels, RootOf(amongChannels));
    }

    /// <summary>The correlation of two pixels.</summary>
    public double At(int down, int across) => _byLag[((down + _reach) * ((2 * _reach) + 1)) + across + _reach] + (down == 0 && across == 0 ? Nugget : 0);

    /// <summary>Columns are eigenvectors times the roots of the eigenvalues: also right where channels depend on each other.</summary>
    private static double[,] RootOf(double[,] matrix)
    {
        var (root, values) = SymmetricEigen.Of(matrix);
        for (int i = 0; i < values.Length; i++)
        {
            for (int channel = 0; channel < values.Length; channel++)
            {
                root[channel, i] *= Math.Sqrt(Math.Max(0, values[i]));
            }
        }

        return root;
    }

    private static double[] Plane(float[] picture, InputLayout layout, int channel)
    {
        var (height, width) = layout.Spatial;
        double[] plane = new double[height * width];
        for (int place = 0; place < plane.Length; place++)
        {
            plane[place] = picture[layout.IndexOf(channel, place / width, place % width)];
        }

        return plane;
    }

    private static void Correlate(double[] plane, int height, int width, int reach, double[] byLag, double factor)
    {
        int side = (2 * reach) + 1;
        for (int down = 0; down <= Math.Min(reach, height - 1); down++)
        {
            for (int across = -Math.Min(reach, width - 1); across <= Math.Min(reach, width - 1); across++)
            {
                double sum = 0;
                int length = width - Math.Abs(across), first = Math.Max(0, -across);
                for (int y = 0; y + down < height; y++)
                {
                    sum += TensorPrimitives.Dot<double>(plane.AsSpan((y * width) + first, length), plane.AsSpan(((y + down) * width) + first + across, length));
                }

                byLag[((reach + down) * side) + reach + across] += sum * factor;
                if (down > 0)
                {
                    byLag[((reach - down) * side) + reach - across] += sum * factor;
                }
            }
        }
    }

    /// <summary>One channel.</summary>
    /// <param name="Mean">Of all pixels.</param>
    /// <param name="Deviation">Of all pixels.</param>
    /// <param name="Least">The smallest value that occurs.</param>
    /// <param name="Most">The largest value that occurs.</param>
    internal readonly record struct Channel(double Mean, double Deviation, double Least, double Most)
    {
        /// <summary>To mean 0 and deviation 1, in place; 0 where nothing varies.</summary>
        public double[] Standardized(double[] plane)
        {
            TensorPrimitives.Subtract<double>(plane, Mean, plane);
            TensorPrimitives.Multiply<double>(plane, Deviation > 0 ? 1 / Deviation : 0, plane);
            return plane;
        }
    }

    /// <summary>Sums over the pixels of a channel.</summary>
    private readonly record struct PixelRange(long Count, double Sum, double Squares, double Least, double Most)
    {
        public PixelRange With(double[] plane) => new(
            Count + plane.Length,
            Sum + TensorPrimitives.Sum<double>(plane),
            Squares + TensorPrimitives.SumOfSquares<double>(plane),
            Count == 0 ? plane.Min() : Math.Min(Least, plane.Min()),
            Count == 0 ? plane.Max() : Math.Max(Most, plane.Max()));

        public Channel ToChannel()
        {
            double mean = Sum / Count, variance = (Squares / Count) - (mean * mean);
            // What rounding leaves of a flat channel is no variance.
            return new(mean, Least < Most ? Math.Sqrt(Math.Max(0, variance)) : 0, Least, Most);
        }
    }
}
