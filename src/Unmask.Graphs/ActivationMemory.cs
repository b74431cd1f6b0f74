namespace Unmask.Graphs;

/// <summary>Estimates how much memory the inner values of a graph take during a run.</summary>
public static class ActivationMemory
{
    /// <summary>
    /// Bytes that are alive at the peak for one item: every unknown axis is counted as 1. A value lives from its node to its last reader;
    /// constants are not counted. An estimate (a runtime may reuse or keep buffers), meant for choosing a batch size.
    /// </summary>
    /// <param name="graph">The graph; its inner types are inferred here.</param>
    public static long BytesPerItem(Graph graph)
    {
        var typed = ShapeInference.Run(graph);
        var lastReader = LastReaders(typed);
        var alive = new Dictionary<string, long>(StringComparer.Ordinal);
        long now = 0, peak = 0;
        for (int i = 0; i < typed.Nodes.Length; i++)
        {
            var node = typed.Nodes[i];
            foreach (string output in node.Outputs.Where(output => output.Length > 0))
            {
                now += alive[output] = BytesOf(typed, output);
            }

            peak = Math.Max(peak, now);
            foreach (string name in node.Inputs.Concat(node.Outputs))
            {
                if (alive.TryGetValue(name, out long bytes) && lastReader.GetValueOrDefault(name, -1) <= i)
                {
                    now -= bytes;
                    alive.Remove(name);
                }
            }
        }

        return peak;
    }

    private static Dictionary<string, int> LastReaders(Graph graph)
    {
        var last = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            foreach (string input in graph.Nodes[i].Inputs)
            {
                last[input] = i;
            }
        }

        foreach (var output in graph.Outputs)
        {
            last[output.Name] = graph.Nodes.Length;
        }

        return last;
    }

    private static long BytesOf(Graph graph, string name)
    {
        if (graph.TypeOf(name) is not ValueType.Tensor { Shape: { } shape } tensor)
        {
            return 0;
        }

        double count = 1;
        foreach (var axis in shape)
        {
            count *= axis.Size ?? 1;
        }

        return (long)Math.Min(count * Math.Max(8, tensor.Element.Bits()) / 8, long.MaxValue / 4);
    }
}
