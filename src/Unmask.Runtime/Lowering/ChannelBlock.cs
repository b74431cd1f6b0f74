using Unmask.Graphs;

namespace Unmask.Runtime;

/// <summary>How many channels stand together in the runtime's blocked layout on this processor: it is asked, since it does not tell.</summary>
internal static class ChannelBlock
{
    private static readonly Lazy<int> Found = new(Ask);

    /// <summary>8 or 16; 0: there is no such layout.</summary>
    public static int Size => Found.Value;

    // Four channels are filled up to a whole block.
    private static int Ask()
    {
        const long Few = 4;
        var node = new Node("ask", "ReorderInput", ["x"], ["y"]) { Domain = "com.microsoft.nchwc" };
        var builder = new GraphBuilder("channel block");
        builder.AddNode(node);
        builder.Input("x", ElementType.Float32, Shape.Of(1, Few, 1, 1));
        builder.Output("y", ElementType.Float32, null);
        var graph = builder.Build();
        try
        {
            using var session = Session.FromGraph(graph with { Opsets = graph.Opsets.SetItem(node.Domain, 1) }, new() { Lower = false });
            long channels = session.Run(new Dictionary<string, TensorData> { ["x"] = TensorData.Adopt(new float[Few], 1, Few, 1, 1) })[0].Dimensions[1];
            return channels is 8 or 16 ? (int)channels : 0;
        }
        catch (RuntimeFailureException)
        {
            return 0;
        }
    }
}
