using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask;

/// <summary>
/// What the coordinates of a mask mean: how they become a mask of the input's size, 1 = keep and 0 = replace. Slot «feature space → mask map».
/// The expansion happens inside the graph, so that only the small coordinates cross into the runtime.
/// </summary>
public abstract class MaskMap
{
    /// <summary>The inputs that carry the coordinates of a batch of masks.</summary>
    public abstract IReadOnlyList<MaskFeed> Feeds { get; }

    /// <summary>The inputs that are the same for every mask of a run, for instance which segment each pixel belongs to. Default: none.</summary>
    public virtual IReadOnlyList<SharedFeed> SharedFeeds => [];

    /// <summary>Adds the nodes that expand a batch of coordinates.</summary>
    /// <param name="graph">Receives the nodes; the inputs named by <see cref="Feeds"/> and <see cref="SharedFeeds"/> are already in it.</param>
    /// <returns>The name of the masks: [N, …], each further axis either the input's or 1.</returns>
    public abstract string Expand(GraphBuilder graph);

    /// <summary>As <see cref="Expand"/>, with what the masks are cut out of, on which areas are measured.</summary>
    internal virtual ExpandedMask ExpandAll(GraphBuilder graph)
    {
        string mask = Expand(graph);
        return new(mask, mask);
    }

    /// <summary>Writes the coordinates of one mask into the batch's buffers.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="buffers">One buffer a feed, exactly one item long.</param>
    public abstract void Write(MaskCoordinates mask, ReadOnlySpan<Memory<float>> buffers);

    /// <summary>A text that two maps share exactly if they add the same nodes: the key under which compiled programs are kept.</summary>
    public abstract string Key { get; }
}

/// <summary>A graph input that carries the coordinates of a batch of masks.</summary>
/// <param name="Value">As the graph declares it: the first axis is the batch <c>N</c>; sizes that change from run to run are named, so that one program serves them.</param>
/// <param name="ItemSizes">The sizes of one mask's axes in this run, without the batch.</param>
public sealed record MaskFeed(Value Value, ImmutableArray<long> ItemSizes)
{
    /// <summary>A feed of floats whose sizes are part of the program.</summary>
    public static MaskFeed Of(string name, params ReadOnlySpan<long> itemSizes)
    {
        var axes = new Dimension[itemSizes.Length + 1];
        axes[0] = Dimension.Named("N");
        for (int i = 0; i < itemSizes.Length; i++)
        {
            axes[i + 1] = itemSizes[i];
        }

        return new(new Value(name, ElementType.Float32, new Shape(axes)), [.. itemSizes]);
    }
}

/// <summary>A graph input that is the same for every mask of a run.</summary>
/// <param name="Value">As the graph declares it; sizes that change from run to run are named.</param>
/// <param name="Data">What it is in this run.</param>
public sealed record SharedFeed(Value Value, TensorData Data);
