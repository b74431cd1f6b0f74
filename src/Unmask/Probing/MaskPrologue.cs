using Unmask.Graphs;

namespace Unmask.Probing;

/// <summary>
/// The graph that makes masked inputs: Φ(x, m) = x̂ + m ⊙ (x − x̂), with the mask expanded from its coordinates. Joined in front of an
/// ONNX model or run alone in front of a function, with the same numbers. Slot «composition».
/// </summary>
internal static class MaskPrologue
{
    /// <summary>The input x − x̂, one item; or one a mask.</summary>
    public const string Difference = "unmask_difference";

    /// <summary>The input x̂, one item; or one a mask. Absent when the in-fill is zero.</summary>
    public const string Infill = "unmask_infill";

    /// <summary>The output: a batch of masked inputs.</summary>
    public const string Masked = "unmask_masked";

    /// <summary>Builds the graph.</summary>
    /// <param name="layout">The item's axes.</param>
    /// <param name="element">The element type that the model wants.</param>
    /// <param name="map">How coordinates become masks.</param>
    /// <param name="zeroInfill">Whether x̂ = 0, which saves its addition.</param>
    /// <param name="infillPerMask">Whether x − x̂ and x̂ are given for each mask.</param>
    public static Graph Build(InputLayout layout, ElementType element, MaskMap map, bool zeroInfill, bool infillPerMask = false)
    {
        var graph = new GraphBuilder("mask prologue");
        var one = Batch(layout, infillPerMask ? Dimension.Named("N") : 1);
        graph.Input(Difference, ElementType.Float32, one);
        if (!zeroInfill)
        {
            graph.Input(Infill, ElementType.Float32, one);
        }

        foreach (var feed in map.Feeds.Select(feed => feed.Value).Concat(map.SharedFeeds.Select(feed => feed.Value)))
        {
            graph.Input(feed.Name, feed.Element, feed.Shape);
        }

        string masked = graph.Add("Mul", [Difference, map.Expand(graph)], "mask/keep_difference");
        if (!zeroInfill)
        {
            masked = graph.Add("Add", [masked, Infill], "mask/infill");
        }

        graph.OutputAs(InType(graph, masked, element), Masked, element, Batch(layout, Dimension.Named("N")));
        return graph.Build();
    }

    /// <summary>Casts to the model's type; integers are rounded first, and bytes held within their range. Token numbers have none that is known here.</summary>
    internal static string InType(GraphBuilder graph, string value, ElementType element)
    {
        if (element == ElementType.Float32)
        {
            return value;
        }

        if (!element.IsFloat())
        {
            value = graph.Add("Round", [value], "mask/round");
        }

        if (element == ElementType.UInt8)
        {
            value = graph.Add("Clip", [value, graph.Constant(0f), graph.Constant(255f)], "mask/clip");
        }

        return graph.Add("Cast", [value], "mask/cast", ("to", (long)element));
    }

    private static Shape Batch(InputLayout layout, Dimension count)
    {
        var axes = new Dimension[layout.Sizes.Length + 1];
        axes[0] = count;
        for (int i = 0; i < layout.Sizes.Length; i++)
        {
            axes[i + 1] = layout.Sizes[i];
        }

        return new(axes);
    }
}
