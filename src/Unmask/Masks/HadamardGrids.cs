using System.Numerics;

namespace Unmask;

/// <summary>
/// Grids from the rows of Hadamard matrices, each row followed by its complement: within a block any two cells are kept together exactly as
/// often as independence would have it on average, so fewer masks tell the cells apart; the complements free the cells' own effects from
/// those of pairs of cells (foldover). Half of the cells are kept. Columns, signs, the order of rows and the shifts are drawn anew for each block.
/// </summary>
/// <remarks>The order of the matrix is the smallest power of two above cells²; a block holds twice as many masks.</remarks>
public sealed class HadamardGrids : MaskLaw
{
    /// <summary>The share of cells that are kept.</summary>
    public const double KeepProbability = 0.5;

    private readonly int _count;
    private readonly int _cells;
    private readonly (int Down, int Across) _shifts;
    private readonly ulong _seed;
    private Block? _recent;

    /// <summary>Takes the number of masks, the cells a side and the number of different shifts.</summary>
    /// <param name="count">How many masks, at least 1.</param>
    /// <param name="cells">Cells a side, 1 to 64.</param>
    /// <param name="shifts">The number of different shifts down and across.</param>
    /// <param name="seed">The seed; mask i is a function of (seed, i).</param>
    public HadamardGrids(int count, int cells, (int Down, int Across) shifts, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cells);
        _count = count;
        _cells = cells * cells;
        _shifts = shifts;
        _seed = seed;
        Order = (int)BitOperations.RoundUpToPowerOf2((uint)_cells + 1);
    }

    /// <summary>The order of the Hadamard matrices.</summary>
    public int Order { get; }

    /// <inheritdoc/>
    public override int Count => _count;

    /// <inheritdoc/>
    public override MaskCoordinates At(int index)
    {
        int number = index / (2 * Order), place = index % (2 * Order);
        var block = _recent;
        if (block is null || block.Number != number)
        {
            // Several threads may make the same block; they make it alike.
            _recent = block = new Block(number, Order, _cells, Rng.At(_seed, number));
        }

        bool complement = place % 2 == 1;
        int row = block.Rows[place / 2];
        float[] grid = new float[_cells];
        for (int cell = 0; cell < _cells; cell++)
        {
            // Sylvester's matrix: entry (i, j) is negative where i and j share an odd number of bits.
            bool negative = BitOperations.PopCount((uint)(row & block.Columns[cell])) % 2 == 1;
            grid[cell] = (negative ^ block.Flipped[cell] ^ complement) ? 0 : 1;
        }

        var random = Rng.At(~_seed, index);
        return new(grid, new[] { random.NextInt32(_shifts.Down), random.NextInt32(_shifts.Across) });
    }

    /// <summary>The draws of one block: a row order, a column and a sign for each cell. Column 0 is constant and never used.</summary>
    private sealed class Block
    {
        public Block(int number, int order, int cells, Rng random)
        {
            Number = number;
            Rows = Shuffled(0, order, ref random);
            Columns = Shuffled(1, order - 1, ref random)[..cells];
            Flipped = new bool[cells];
            for (int cell = 0; cell < cells; cell++)
            {
                Flipped[cell] = random.NextInt32(2) == 1;
            }
        }

        public int Number { get; }

        public int[] Rows { get; }

        public int[] Columns { get; }

        public bool[] Flipped { get; }

        private static int[] Shuffled(int first, int count, ref Rng random)
        {
            int[] values = [.. Enumerable.Range(first, count)];
            for (int i = count - 1; i > 0; i--)
            {
                int other = random.NextInt32(i + 1);
                (values[i], values[other]) = (values[other], values[i]);
            }

            return values;
        }
    }
}
