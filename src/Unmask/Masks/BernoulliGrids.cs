namespace Unmask;

/// <summary>Independent cells, each kept with probability p, and a uniform shift: RISE's law.</summary>
/// <param name="count">How many masks, at least 1.</param>
/// <param name="cells">Cells a side.</param>
/// <param name="keepProbability">p, the probability that a cell is kept, in (0, 1].</param>
/// <param name="shifts">The number of different shifts down and across.</param>
/// <param name="seed">The seed; mask i is a function of (seed, i).</param>
public sealed class BernoulliGrids(int count, int cells, double keepProbability, (int Down, int Across) shifts, ulong seed) : MaskLaw
{
    /// <inheritdoc/>
    public override int Count => count;

    /// <inheritdoc/>
    public override MaskCoordinates At(int index)
    {
        var random = Rng.At(seed, index);
        int[] offset = [random.NextInt32(shifts.Down), random.NextInt32(shifts.Across)];
        float[] grid = new float[cells * cells];
        for (int i = 0; i < grid.Length; i++)
        {
            grid[i] = random.NextSingle() < keepProbability ? 1 : 0;
        }

        return new(grid, offset);
    }
}
