namespace Unmask;

/// <summary>
/// Begins with masks of a coarser balanced grid and goes on with another law: a few passes tell roughly where the evidence lies, which a
/// regression then refines. Needs no gradients. Only for estimators that do not presume one law for all masks.
/// </summary>
public sealed class CoarseStart : MaskLaw
{
    /// <summary>Cells a side of the coarse grid.</summary>
    public const int CoarseCells = 4;

    private readonly HadamardGrids _coarse;
    private readonly MaskLaw _fine;
    private readonly int _cells;

    /// <summary>Takes the law to go on with.</summary>
    /// <param name="first">How many coarse masks come first, at least 1; they count towards the law's own number.</param>
    /// <param name="fine">The law of grids that follows.</param>
    /// <param name="cells">Cells a side of its grids, at least <see cref="CoarseCells"/>.</param>
    /// <param name="shifts">The number of different shifts down and across.</param>
    /// <param name="seed">The seed of the coarse masks.</param>
    public CoarseStart(int first, MaskLaw fine, int cells, (int Down, int Across) shifts, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cells, CoarseCells);
        _coarse = new(first, CoarseCells, shifts, seed);
        _fine = fine;
        _cells = cells;
    }

    /// <inheritdoc/>
    public override int Count => _fine.Count;

    /// <inheritdoc/>
    public override MaskCoordinates At(int index) => index < _coarse.Count ? Refined(_coarse.At(index)) : _fine.At(index - _coarse.Count);

    /// <summary>Every cell of the finer grid takes the value of the coarse cell that its centre lies in.</summary>
    private MaskCoordinates Refined(MaskCoordinates coarse)
    {
        float[] grid = new float[_cells * _cells];
        var values = coarse.Cells.Span;
        for (int i = 0; i < grid.Length; i++)
        {
            int row = ((2 * (i / _cells)) + 1) * CoarseCells / (2 * _cells), column = ((2 * (i % _cells)) + 1) * CoarseCells / (2 * _cells);
            grid[i] = values[(row * CoarseCells) + column];
        }

        return coarse with { Cells = grid };
    }
}
