namespace Unmask.Metrics;

/// <summary>A connected piece of a region.</summary>
/// <param name="Box">The tightest box around it.</param>
/// <param name="Size">Its number of pixels.</param>
internal readonly record struct RegionPiece(PixelBox Box, int Size);

/// <summary>Finds the connected pieces of a set of pixels.</summary>
/// <param name="width">Columns of the picture.</param>
/// <param name="height">Rows of the picture.</param>
/// <param name="corners">Whether pixels that share only a corner are neighbours (8 of them instead of 4).</param>
internal sealed class ConnectedPieces(int width, int height, bool corners)
{
    private readonly bool[] _left = new bool[width * height];
    private readonly int[] _waiting = new int[width * height];

    /// <summary>The pieces, in the order of their first pixels, row by row.</summary>
    public List<RegionPiece> Of(ReadOnlySpan<bool> region)
    {
        region.CopyTo(_left);
        var pieces = new List<RegionPiece>();
        for (int start = _left.AsSpan().IndexOf(true); start >= 0; start = Next(start))
        {
            pieces.Add(Fill(start));
        }

        return pieces;
    }

    private int Next(int after) => _left.AsSpan(after).IndexOf(true) is >= 0 and var further ? after + further : -1;

    /// <summary>Takes away the piece that a pixel belongs to.</summary>
    private RegionPiece Fill(int start)
    {
        _left[start] = false;
        _waiting[0] = start;
        int taken = 0, found = 1;
        var box = new PixelBox(width, height, 0, 0);
        while (taken < found)
        {
            int at = _waiting[taken++], x = at % width, y = at / width;
            box = new(Math.Min(box.Left, x), Math.Min(box.Top, y), Math.Max(box.Right, x + 1), Math.Max(box.Bottom, y + 1));
            for (int row = Math.Max(0, y - 1); row <= Math.Min(height - 1, y + 1); row++)
            {
                for (int column = Math.Max(0, x - 1); column <= Math.Min(width - 1, x + 1); column++)
                {
                    int other = (row * width) + column;
                    if (_left[other] && (corners || row == y || column == x))
                    {
                        _left[other] = false;
                        _waiting[found++] = other;
                    }
                }
            }
        }

        return new(box, found);
    }
}
