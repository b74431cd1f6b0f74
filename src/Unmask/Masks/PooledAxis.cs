namespace Unmask;

/// <summary>
/// One axis of a shifted grid seen through coarse bins: how the cells fill the bins under each shift, and how a weight on a bin shows on
/// the axis, on average over the shifts.
/// </summary>
internal sealed class PooledAxis
{
    private readonly double[] _pooled;
    private readonly int _cells;

    public PooledAxis(ShiftedAxis axis, int bins)
    {
        Bins = Math.Min(bins, axis.Size);
        Size = axis.Size;
        _cells = axis.Cells;
        _pooled = new double[axis.Shifts * Bins * _cells];
        Response = new double[Size * Bins];
        for (int shift = 0; shift < axis.Shifts; shift++)
        {
            Pool(axis.At(shift), _pooled.AsSpan(shift * Bins * _cells, Bins * _cells));
            AddResponse(axis.At(shift), At(shift), axis.Shifts);
        }
    }

    /// <summary>The number of bins.</summary>
    public int Bins { get; }

    /// <summary>Elements of the axis.</summary>
    public int Size { get; }

    /// <summary>Mean over the shifts of U·Aᵀ, U the weights of the cells at each element and A those in each bin. [size × bins]</summary>
    public double[] Response { get; }

    /// <summary>The mean weight of each cell in each bin under a shift. [bins × cells]</summary>
    public ReadOnlySpan<double> At(int shift) => _pooled.AsSpan(shift * Bins * _cells, Bins * _cells);

    /// <summary>Where a bin's centre lies, as a fraction of the axis.</summary>
    public double Centre(int bin) => (Start(bin) + Start(bin + 1)) / (2.0 * Size);

    private int Start(int bin) => bin * Size / Bins;

    private void Pool(ReadOnlySpan<float> weights, Span<double> pooled)
    {
        for (int bin = 0; bin < Bins; bin++)
        {
            int start = Start(bin), end = Start(bin + 1);
            for (int element = start; element < end; element++)
            {
                for (int cell = 0; cell < _cells; cell++)
                {
                    pooled[(bin * _cells) + cell] += weights[(element * _cells) + cell] / (double)(end - start);
                }
            }
        }
    }

    private void AddResponse(ReadOnlySpan<float> weights, ReadOnlySpan<double> pooled, int shifts)
    {
        for (int element = 0; element < Size; element++)
        {
            for (int bin = 0; bin < Bins; bin++)
            {
                double sum = 0;
                for (int cell = 0; cell < _cells; cell++)
                {
                    sum += weights[(element * _cells) + cell] * pooled[(bin * _cells) + cell];
                }

                Response[(element * Bins) + bin] += sum / shifts;
            }
        }
    }
}
