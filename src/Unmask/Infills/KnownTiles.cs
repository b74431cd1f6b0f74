namespace Unmask;

/// <summary>The squares of a picture that hold hidden pixels, in the order in which they are filled: always the one with the most known pixels around it, the first among equals.</summary>
internal sealed class KnownTiles
{
    private readonly int _height;
    private readonly int _width;
    private readonly int _window;
    private readonly int _padding;
    private readonly bool[] _known;
    private readonly int _columns;

    // Known pixels of a square and its rim; −1 for squares that hold nothing hidden.
    private readonly int[] _counts;

    /// <summary>Divides a picture.</summary>
    /// <param name="keep">1 = kept, 0 = hidden.</param>
    /// <param name="size">Height and width.</param>
    /// <param name="window">The squares' side in pixels; those at the right and lower border may be smaller.</param>
    /// <param name="padding">The rim in pixels. At the picture's border the square with its rim is moved inside.</param>
    public KnownTiles(ReadOnlySpan<float> keep, (int Height, int Width) size, int window, int padding)
    {
        (_height, _width, _window, _padding) = (size.Height, size.Width, window, padding);
        _known = new bool[keep.Length];
        for (int place = 0; place < keep.Length; place++)
        {
            _known[place] = keep[place] != 0;
        }

        _columns = ((_width - 1) / window) + 1;
        _counts = new int[_columns * (((_height - 1) / window) + 1)];
        for (int tile = 0; tile < _counts.Length; tile++)
        {
            Count(tile);
        }
    }

    /// <summary>The next square: places that are known in it and around it, and its hidden ones, which count as known from then on. Empty when all are known.</summary>
    public (int[] Known, int[] Hidden) Next()
    {
        int best = Array.IndexOf(_counts, _counts.Max());
        if (_counts[best] < 0)
        {
            return ([], []);
        }

        int[] known = [.. Places(Around(best)).Where(place => _known[place])], hidden = [.. Places(Inside(best)).Where(place => !_known[place])];
        foreach (int place in hidden)
        {
            _known[place] = true;
        }

        // A rim reaches into squares next to it, moved ones a square further.
        int reach = 2 + (_padding / _window);
        for (int row = Math.Max(0, (best / _columns) - reach); row <= Math.Min((_counts.Length / _columns) - 1, (best / _columns) + reach); row++)
        {
            for (int column = Math.Max(0, (best % _columns) - reach); column <= Math.Min(_columns - 1, (best % _columns) + reach); column++)
            {
                Count((row * _columns) + column);
            }
        }

        return (known, hidden);
    }

    private void Count(int tile) => _counts[tile] = Places(Inside(tile)).All(place => _known[place]) ? -1 : Places(Around(tile)).Count(place => _known[place]);

    private (int Top, int Left, int Bottom, int Right) Inside(int tile)
    {
        int top = tile / _columns * _window, left = tile % _columns * _window;
        return (top, left, Math.Min(_height, top + _window), Math.Min(_width, left + _window));
    }

    private (int Top, int Left, int Bottom, int Right) Around(int tile)
    {
        int side = _window + (2 * _padding), height = Math.Min(side, _height), width = Math.Min(side, _width);
        var (insideTop, insideLeft, _, _) = Inside(tile);
        int top = Math.Clamp(insideTop - _padding, 0, _height - height), left = Math.Clamp(insideLeft - _padding, 0, _width - width);
        return (top, left, top + height, left + width);
    }

    private IEnumerable<int> Places((int Top, int Left, int Bottom, int Right) box)
    {
        for (int y = box.Top; y < box.Bottom; y++)
        {
            for (int x = box.Left; x < box.Right; x++)
            {
                yield return (y * _width) + x;
            }
        }
    }
}
