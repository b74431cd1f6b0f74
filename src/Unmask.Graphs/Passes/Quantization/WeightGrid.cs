namespace Unmask.Graphs;

/// <summary>Finds the grid on which the weights of a model lie that was made of bytes once: rounding to the same grid again loses nothing.</summary>
internal static class WeightGrid
{
    private const int MostLevels = 256;

    // Relative. Floats that were made of (byte − zero)·step are off their grid by a few roundings only.
    private const double Tolerance = 1e-5;

    /// <summary>The step of which all weights are whole multiples; <c>null</c> when there is none, or they have more different values than a byte.</summary>
    public static float? StepOf(ReadOnlySpan<float> weights)
    {
        var seen = new HashSet<float>();
        foreach (float weight in weights)
        {
            if (seen.Add(weight) && seen.Count > MostLevels)
            {
                return null;
            }
        }

        float[] levels = [.. seen.Order()];
        double gap = levels.Zip(levels.Skip(1), (one, next) => (double)next - one).DefaultIfEmpty(0).Min();
        if (gap <= 0)
        {
            return null;
        }

        // The gap of two neighbours is a few roundings off, which adds up over 255 of them: the whole range tells the step.
        double range = (double)levels[^1] - levels[0], steps = Math.Round(range / gap), step = range / steps;
        return steps < MostLevels && levels.All(level => Math.Abs((Math.Round(level / step) * step) - level) <= Tolerance * Math.Abs(level)) ? (float)step : null;
    }
}
