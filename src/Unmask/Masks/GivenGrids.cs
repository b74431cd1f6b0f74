namespace Unmask;

/// <summary>Grids and shifts that somebody else drew: for repeating another implementation's run mask by mask.</summary>
public sealed class GivenGrids : MaskLaw
{
    private readonly float[] _grids;
    private readonly int[] _shifts;
    private readonly int _cells;

    /// <summary>Takes the cells of all masks, one mask after the other, and their shifts (down, across).</summary>
    /// <param name="grids">count × cells² values in [0, 1].</param>
    /// <param name="shifts">count × 2 numbers of input elements, at least 0.</param>
    /// <param name="cells">Cells a side.</param>
    /// <exception cref="ArgumentException">The two do not describe the same number of masks.</exception>
    public GivenGrids(float[] grids, int[] shifts, int cells)
    {
        _grids = grids;
        _shifts = shifts;
        _cells = cells * cells;
        if (grids.Length % _cells != 0 || grids.Length / _cells != shifts.Length / 2 || shifts.Length % 2 != 0)
        {
            throw new ArgumentException($"{grids.Length} cells are not {shifts.Length / 2} grids of {cells} × {cells}.", nameof(grids));
        }
    }

    /// <inheritdoc/>
    public override int Count => _shifts.Length / 2;

    /// <inheritdoc/>
    public override MaskCoordinates At(int index) => new(_grids.AsMemory(index * _cells, _cells), _shifts.AsMemory(index * 2, 2));
}
