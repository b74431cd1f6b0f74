namespace Unmask;

/// <summary>How RISE's small grid becomes a full-size mask. The published variants differ in the cell size and at the border.</summary>
public enum GridUpsampling
{
    /// <summary>The paper: cells of ⌊size ÷ s⌋, bilinear to (s + 1) cells, border cells held constant outwards.</summary>
    Paper,

    /// <summary>The authors' code: cells of ⌈size ÷ s⌉, bilinear to (s + 1) cells, values mirrored about the border cells' centres.</summary>
    Code,

    /// <summary>TorchRay: the grid mirrored by one cell on each side, bilinear to (s + 2) cells of ⌈(size + cell) ÷ s⌉, the first cell cut off.</summary>
    TorchRay,
}

/// <summary>The one-dimensional bilinear weights from s cells to one axis of the input, for every shift.</summary>
/// <remarks>The two-dimensional expansion is the product of one matrix down and one across, so one axis is all there is to know.</remarks>
internal sealed class ShiftedAxis
{
    private readonly float[] _weights;

    public ShiftedAxis(int size, int cells, GridUpsampling upsampling)
    {
        Size = size;
        Cells = cells;
        (int cell, int length, int skip) = Geometry(size, cells, upsampling);
        Shifts = upsampling == GridUpsampling.TorchRay ? cell : cell + (upsampling == GridUpsampling.Paper ? 1 : 0);
        _weights = Weights(length, skip, Shifts - 1 + size, cells, upsampling);
    }

    /// <summary>Elements of the axis.</summary>
    public int Size { get; }

    /// <summary>Cells of the grid along the axis.</summary>
    public int Cells { get; }

    /// <summary>The number of different shifts.</summary>
    public int Shifts { get; }

    /// <summary>The weights under a shift: row i has the weights of the cells at element i. [size × cells]</summary>
    public ReadOnlySpan<float> At(int shift) => _weights.AsSpan(shift * Cells, Size * Cells);

    /// <summary>The size of a cell, the length that the grid is stretched to, and how many elements are cut off at the start.</summary>
    private static (int Cell, int Length, int Skip) Geometry(int size, int cells, GridUpsampling upsampling)
    {
        int up = (size + cells - 1) / cells;
        return upsampling switch
        {
            // Paper §3.2: (h + 1) C_H × (w + 1) C_W with C_H = ⌊H / h⌋, indents 0 … C_H. Where s does not divide the size, the floored
            // cells leave less room than C_H: then the indents end where the stretched grid does.
            GridUpsampling.Paper => FloorCell(size, cells),
            GridUpsampling.Code => (up, (cells + 1) * up, 0),
            _ => TorchRayCell(size, cells),
        };
    }

    private static (int Cell, int Length, int Skip) FloorCell(int size, int cells)
    {
        int cell = Math.Max(1, size / cells);
        int length = (cells + 1) * cell;
        return (Math.Min(cell, Math.Max(0, length - size)), Math.Max(length, size), 0);
    }

    private static (int Cell, int Length, int Skip) TorchRayCell(int size, int cells)
    {
        // The pitch is chosen so that s cells cover the axis and one further shift.
        int shifts = (size + cells - 1) / cells;
        int pitch = (size + shifts + cells - 1) / cells;
        return (shifts, pitch * (cells + 2), pitch);
    }

    private static float[] Weights(int length, int skip, int rows, int cells, GridUpsampling upsampling)
    {
        float[] weights = new float[rows * cells];
        int padded = upsampling == GridUpsampling.TorchRay ? cells + 2 : cells;
        for (int row = 0; row < rows; row++)
        {
            // Half-pixel centres, linear interpolation, no anti-aliasing.
            double position = ((row + skip + 0.5) * padded / length) - 0.5;
            int low = (int)Math.Floor(position);
            double fraction = position - low;
            Add(weights.AsSpan(row * cells, cells), low, 1 - fraction, upsampling);
            Add(weights.AsSpan(row * cells, cells), low + 1, fraction, upsampling);
        }

        return weights;
    }

    private static void Add(Span<float> row, int index, double weight, GridUpsampling upsampling)
    {
        int cell = upsampling switch
        {
            GridUpsampling.Paper => Math.Clamp(index, 0, row.Length - 1),
            GridUpsampling.Code => Mirrored(index, row.Length),
            _ => Mirrored(Math.Clamp(index, 0, row.Length + 1) - 1, row.Length),
        };
        row[cell] += (float)weight;
    }

    /// <summary>d c b | a b c d: mirrored about the centre of the border cell, which is not repeated.</summary>
    private static int Mirrored(int index, int count)
    {
        if (count == 1)
        {
            return 0;
        }

        int period = 2 * (count - 1);
        int folded = ((index % period) + period) % period;
        return folded < count ? folded : period - folded;
    }
}
