namespace Unmask.Segmenters;

/// <summary>Sets of the numbers 0 to count − 1 that can be united; each begins alone.</summary>
internal sealed class DisjointSets
{
    private readonly int[] _parent;
    private readonly int[] _size;

    public DisjointSets(int count)
    {
        _parent = [.. Enumerable.Range(0, count)];
        _size = new int[count];
        Array.Fill(_size, 1);
    }

    /// <summary>The number that stands for a number's set.</summary>
    public int Find(int item)
    {
        while (_parent[item] != item)
        {
            // Halving the path keeps later searches short.
            item = _parent[item] = _parent[_parent[item]];
        }

        return item;
    }

    /// <summary>The size of the set that a number stands for.</summary>
    public int SizeOf(int root) => _size[root];

    /// <summary>Unites two sets, given by the numbers that stand for them.</summary>
    /// <returns>The number that stands for both.</returns>
    public int Unite(int one, int other)
    {
        if (_size[one] < _size[other])
        {
            (one, other) = (other, one);
        }

        _parent[other] = one;
        _size[one] += _size[other];
        return one;
    }
}
