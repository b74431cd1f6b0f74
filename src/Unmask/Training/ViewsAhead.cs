using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Unmask.Training;

/// <summary>Views of pictures that are made on background threads before a step asks for them. Holds those of the batches announced and not yet read, so one or two batches.</summary>
/// <param name="make">Makes a view's planes.</param>
internal sealed class ViewsAhead(Func<int, Variation, float[]> make)
{
    private readonly ConcurrentDictionary<(int Item, Variation Variation), Task<float[]>> _coming = [];

    /// <summary>Views that are being made or wait to be read.</summary>
    public int Count => _coming.Count;

    /// <summary>Begins to make the views of a batch.</summary>
    public void Announce(ReadOnlyMemory<int> items, Variation variation)
    {
        foreach (int item in MemoryMarshal.ToEnumerable(items))
        {
            _ = _coming.GetOrAdd((item, variation), key => Task.Run(() => make(key.Item, key.Variation)));
        }
    }

    /// <summary>A view: the one made ahead, for whose end it waits, or one made now.</summary>
    /// <exception cref="UnmaskException">As when it is made now.</exception>
    public float[] Take(int item, Variation variation) =>
        _coming.TryRemove((item, variation), out var view) ? view.GetAwaiter().GetResult() : make(item, variation);
}
