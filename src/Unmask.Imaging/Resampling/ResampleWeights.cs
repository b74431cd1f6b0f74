namespace Unmask.Imaging;

/// <summary>
/// For each new pixel along one axis: which old pixels it is made of, and how much of each. Pixel i covers [i, i + 1), its centre is at
/// i + ½; weights beyond the border are dropped and the rest made to sum to 1.
/// </summary>
internal sealed class ResampleWeights
{
    private readonly int[] _first;
    private readonly int[] _count;
    private readonly double[] _weights;

    /// <param name="size">Old pixels along the axis.</param>
    /// <param name="start">Where the part to resample starts, in old pixels.</param>
    /// <param name="length">How long it is, in old pixels.</param>
    /// <param name="newSize">New pixels for that part.</param>
    /// <param name="filter">Any with a kernel.</param>
    /// <param name="antialias">Whether the kernel widens with the reduction.</param>
    public ResampleWeights(int size, double start, double length, int newSize, ResizeFilter filter, bool antialias)
    {
        var step = length / newSize;
        var stretch = antialias ? Math.Max(step, 1) : 1;
        var reach = Kernel.SupportOf(filter) * stretch;
        Taps = 2 * (int)Math.Ceiling(reach) + 1;
        _first = new int[newSize];
        _count = new int[newSize];
        _weights = new double[newSize * Taps];
        for (var i = 0; i < newSize; i++)
        {
            var center = start + (i + 0.5) * step;
            _first[i] = Math.Max(0, (int)(center - reach + 0.5));
            _count[i] = Math.Min(size, (int)(center + reach + 0.5)) - _first[i];
            FillWeights(i, center, stretch, filter);
        }
    }

    /// <summary>The most old pixels that a new one is made of.</summary>
    public int Taps { get; }

    /// <summary>New pixels.</summary>
    public int Length => _first.Length;

    /// <summary>The first old pixel of new pixel i.</summary>
    public int First(int i) => _first[i];

    /// <summary>One past the last old pixel of new pixel i.</summary>
    public int End(int i) => _first[i] + _count[i];

    /// <summary>The weights of new pixel i; they sum to 1.</summary>
    public ReadOnlySpan<double> Of(int i) => _weights.AsSpan(i * Taps, _count[i]);

    /// <summary>All weights as fixed-point numbers, <see cref="Taps"/> a new pixel.</summary>
    public int[] ToFixedPoint(int bits)
    {
        var scaled = new int[_weights.Length];
        for (var i = 0; i < scaled.Length; i++)
            scaled[i] = (int)Math.Round(_weights[i] * (1 << bits), MidpointRounding.AwayFromZero);
        return scaled;
    }

    private void FillWeights(int i, double center, double stretch, ResizeFilter filter)
    {
        var weights = _weights.AsSpan(i * Taps, _count[i]);
        var sum = 0.0;
        for (var k = 0; k < weights.Length; k++)
            sum += weights[k] = Kernel.Value(filter, (_first[i] + k - center + 0.5) / stretch);
        foreach (ref var weight in weights)
            weight /= sum;
    }
}
