namespace Unmask.Imaging;

/// <summary>Which numbers of a map get the ends of its colours.</summary>
/// <param name="Low">The number at the lower end.</param>
/// <param name="High">The number at the upper end; equal to <paramref name="Low"/> for a constant map.</param>
/// <param name="Smallest">The smallest number of the map.</param>
/// <param name="Largest">The largest number of the map.</param>
/// <param name="Signed">Whether the middle of the scale is 0.</param>
internal sealed record MapScale(double Low, double High, double Smallest, double Largest, bool Signed)
{
    /// <summary>Whether some numbers lie below the scale.</summary>
    public bool ClipsLow => Smallest < Low;

    /// <summary>Whether some numbers lie above the scale.</summary>
    public bool ClipsHigh => Largest > High;

    public static MapScale Of(ReadOnlySpan<float> values, HeatmapOptions options)
    {
        float smallest = values[0], largest = values[0];
        foreach (var value in values)
            (smallest, largest) = (Math.Min(smallest, value), Math.Max(largest, value));
        var (low, high) = options.Signed ? SymmetricRange(values, options) : (options.Low ?? smallest, options.High ?? LargeEnough(values.ToArray(), options.Percentile));
        if (!(low <= high) || (low == high && smallest != largest))
            throw new ArgumentException($"The scale from {low:G4} to {high:G4} is empty; the numbers of the map go from {smallest:G4} to {largest:G4}.", nameof(options));
        return new(low, high, smallest, largest, options.Signed);
    }

    /// <summary>How far the ends lie apart; 0 for a map that is 0 everywhere, or unsigned and constant.</summary>
    public double Length => High - Low;

    /// <summary>0 at the lower end, 1 at the upper end. Where the scale has no length: no colour, which is the middle for signed maps.</summary>
    public double Place(double value) => Length > 0 ? Math.Clamp((value - Low) / Length, 0, 1) : Signed ? 0.5 : 0;

    private static (double Low, double High) SymmetricRange(ReadOnlySpan<float> values, HeatmapOptions options)
    {
        var magnitudes = new float[values.Length];
        for (var i = 0; i < values.Length; i++)
            magnitudes[i] = Math.Abs(values[i]);
        var high = options.High ?? LargeEnough(magnitudes, options.Percentile);
        return (-high, high);
    }

    // A percentile that leaves nothing to show (a map that is 0 but for a few pixels) gives way to the largest number.
    private static double LargeEnough(float[] numbers, double percentile)
    {
        if (percentile == 100) return numbers.Max();
        Array.Sort(numbers);
        var value = numbers[(int)Math.Ceiling(percentile / 100 * numbers.Length) - 1];
        return value > numbers[0] ? value : numbers[^1];
    }
}
