using Unmask.Graphs;

namespace Unmask;

/// <summary>
/// What the coordinates of a mask mean: how they become a mask of the input's size, 1 = keep and 0 = replace. Slot «feature space → mask map».
/// The expansion happens inside the graph, so that only the small coordinates cross into the runtime.
/// </summary>
public abstract class MaskMap
{
    /// <summary>The inputs that carry the coordinates of a batch; their first axis is the batch <c>N</c>, all others are static.</summary>
    public abstract IReadOnlyList<Value> Feeds { get; }

    /// <summary>Adds the nodes that expand a batch of coordinates.</summary>
    /// <param name="graph">Receives the nodes; the inputs named by <see cref="Feeds"/> are already in it.</param>
    /// <returns>The name of the masks: [N, …], each further axis either the input's or 1.</returns>
    public abstract string Expand(GraphBuilder graph);

    /// <summary>Writes the coordinates of one mask into the batch's buffers.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="buffers">One buffer a feed, exactly one item long.</param>
    public abstract void Write(MaskCoordinates mask, ReadOnlySpan<Memory<float>> buffers);

    /// <summary>A text that two maps share exactly if they add the same nodes: the key under which compiled programs are kept.</summary>
    public abstract string Key { get; }
}
