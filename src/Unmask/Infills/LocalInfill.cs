using System.Globalization;

namespace Unmask;

/// <summary>The mean of the kept pixels in a square window around each pixel, 0 where it holds none: FIDO's «local». Through integral images: the cost does not depend on the window.</summary>
/// <remarks>Source: Chang et al., «Explaining image classifiers by counterfactual generation», ICLR 2019, and its authors' code.</remarks>
internal sealed class LocalInfill : MaskedInfill
{
    /// <summary>The window's side in pixels in the paper.</summary>
    public const int PaperSide = 15;

    private readonly int _side;

    public LocalInfill(int side) => _side = side >= 1 && side % 2 == 1
        ? side
        : throw new FormatException($"The window of the in-fill local has an odd number of pixels a side, for instance local:{PaperSide}; not {side}.");

    public override string Name => _side == PaperSide ? "local" : $"local:{_side.ToString(CultureInfo.InvariantCulture)}";

    internal override float[] Fill(ModelInput input, ReadOnlySpan<float> keep, ulong seed, long draw)
    {
        var layout = input.Layout;
        var (height, width) = layout.Spatial;
        double[] counts = new double[(height + 1) * (width + 1)], sums = new double[counts.Length];
        Accumulate(counts, keep, keep, height, width);
        float[] filled = new float[layout.Count], plane = new float[keep.Length];
        for (int channel = 0; channel < layout.Channels; channel++)
        {
            for (int place = 0; place < plane.Length; place++)
            {
                plane[place] = input.Values[layout.IndexOf(channel, place / width, place % width)];
            }

            Accumulate(sums, plane, keep, height, width);
            for (int place = 0; place < plane.Length; place++)
            {
                int y = place / width, x = place % width;
                double count = InWindow(counts, y, x, height, width);
                filled[layout.IndexOf(channel, y, x)] = count == 0 ? 0 : (float)(InWindow(sums, y, x, height, width) / count);
            }
        }

        return filled;
    }

    /// <summary>Sums of value · keep over everything above and to the left of each corner.</summary>
    private static void Accumulate(double[] sums, ReadOnlySpan<float> values, ReadOnlySpan<float> keep, int height, int width)
    {
        for (int y = 0; y < height; y++)
        {
            double row = 0;
            for (int x = 0; x < width; x++)
            {
                row += values[(y * width) + x] * (double)keep[(y * width) + x];
                sums[((y + 1) * (width + 1)) + x + 1] = sums[(y * (width + 1)) + x + 1] + row;
            }
        }
    }

    private double InWindow(double[] sums, int y, int x, int height, int width)
    {
        int radius = _side / 2, top = Math.Max(0, y - radius), bottom = Math.Min(height, y + radius + 1), left = Math.Max(0, x - radius), right = Math.Min(width, x + radius + 1);
        return sums[(bottom * (width + 1)) + right] - sums[(top * (width + 1)) + right] - sums[(bottom * (width + 1)) + left] + sums[(top * (width + 1)) + left];
    }
}
