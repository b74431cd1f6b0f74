using System.Numerics.Tensors;

namespace Unmask;

/// <summary>The two axes of a shifted grid seen through coarse bins, and how weights on the bins show on the input.</summary>
internal sealed class PooledGrid(PooledAxis down, PooledAxis across)
{
    public PooledAxis Down => down;

    public PooledAxis Across => across;

    /// <summary>The number of bins.</summary>
    public int Bins => down.Bins * across.Bins;

    /// <summary>What RISE would return, on average, for scores φ(M)·w: [height × width].</summary>
    /// <param name="weights">w, one number a bin, row by row.</param>
    public double[] Map(ReadOnlySpan<double> weights)
    {
        double[] rows = new double[down.Bins * across.Size], map = new double[down.Size * across.Size];
        for (int bin = 0; bin < down.Bins; bin++)
        {
            for (int x = 0; x < across.Size; x++)
            {
                rows[(bin * across.Size) + x] = TensorPrimitives.Dot(weights.Slice(bin * across.Bins, across.Bins), ResponseAcross(x));
            }
        }

        for (int y = 0; y < down.Size; y++)
        {
            var line = map.AsSpan(y * across.Size, across.Size);
            for (int bin = 0; bin < down.Bins; bin++)
            {
                TensorPrimitives.MultiplyAdd(rows.AsSpan(bin * across.Size, across.Size), down.Response[(y * down.Bins) + bin], line, line);
            }
        }

        return map;
    }

    /// <summary>How strongly each bin's weight shows at one element of the map.</summary>
    public double[] ResponseAt(int y, int x)
    {
        double[] response = new double[Bins];
        for (int bin = 0; bin < down.Bins; bin++)
        {
            TensorPrimitives.Multiply(ResponseAcross(x), down.Response[(y * down.Bins) + bin], response.AsSpan(bin * across.Bins, across.Bins));
        }

        return response;
    }

    private ReadOnlySpan<double> ResponseAcross(int x) => across.Response.AsSpan(x * across.Bins, across.Bins);
}
