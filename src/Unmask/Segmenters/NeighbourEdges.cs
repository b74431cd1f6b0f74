namespace Unmask.Segmenters;

/// <summary>The edges between neighbouring pixels (8 each), by ascending distance of their colours; equal ones row by row.</summary>
internal sealed class NeighbourEdges
{
    private static readonly (int Down, int Across)[] Directions = [(0, 1), (1, -1), (1, 0), (1, 1)];

    private readonly int _width;
    private readonly ulong[] _sorted;

    public NeighbourEdges(SeenPicture picture)
    {
        _width = picture.Width;
        ulong[] keys = new ulong[picture.Height * picture.Width * Directions.Length];
        int count = 0;
        for (int p = 0; p < picture.Height * picture.Width; p++)
        {
            for (int direction = 0; direction < Directions.Length; direction++)
            {
                int y = (p / _width) + Directions[direction].Down, x = (p % _width) + Directions[direction].Across;
                if (y < picture.Height && x >= 0 && x < _width)
                {
                    // The bits of floats that are not negative sort as the floats do; the edge's number below them settles ties.
                    keys[count++] = ((ulong)BitConverter.SingleToUInt32Bits(Distance(picture, p, (y * _width) + x)) << 32) | (uint)((p * Directions.Length) + direction);
                }
            }
        }

        _sorted = keys[..count];
        Array.Sort(_sorted);
    }

    public int Count => _sorted.Length;

    /// <summary>The two pixels and the distance of their colours, 0 to 255·√3.</summary>
    public (int One, int Other, float Weight) this[int index]
    {
        get
        {
            ulong key = _sorted[index];
            int edge = (int)(uint)key, one = edge / Directions.Length;
            var (down, across) = Directions[edge % Directions.Length];
            return (one, one + (down * _width) + across, BitConverter.UInt32BitsToSingle((uint)(key >> 32)));
        }
    }

    private static float Distance(SeenPicture picture, int one, int other)
    {
        float sum = 0;
        for (int color = 0; color < 3; color++)
        {
            float difference = picture.Plane(color)[one] - picture.Plane(color)[other];
            sum += difference * difference;
        }

        return 255 * MathF.Sqrt(sum);
    }
}
