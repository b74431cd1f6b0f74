using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Unmask.Graphs;

/// <summary>Puts nodes after those whose results they read.</summary>
internal static class TopologicalOrder
{
    /// <summary>The nodes, in the order of the file as far as possible; nodes that are in order stay as they are.</summary>
    public static ImmutableArray<Node> Sort(Node[] nodes, Scope scope, ModelSource source)
    {
        if (scope.IsSorted)
        {
            return ImmutableCollectionsMarshal.AsImmutableArray(nodes);
        }

        var (waiting, readers) = Edges(nodes, scope);
        var ready = new PriorityQueue<int, int>();
        for (int i = 0; i < nodes.Length; i++)
        {
            if (waiting[i] == 0)
            {
                ready.Enqueue(i, i);
            }
        }

        var sorted = ImmutableArray.CreateBuilder<Node>(nodes.Length);
        while (ready.TryDequeue(out int next, out _))
        {
            sorted.Add(nodes[next]);
            foreach (int reader in readers[next])
            {
                if (--waiting[reader] == 0)
                {
                    ready.Enqueue(reader, reader);
                }
            }
        }

        return sorted.Count == nodes.Length ? sorted.MoveToImmutable() : throw Cycle(nodes, waiting, source);
    }

    private static (int[] Waiting, List<int>[] Readers) Edges(Node[] nodes, Scope scope)
    {
        var readers = new List<int>[nodes.Length];
        for (int i = 0; i < nodes.Length; i++)
        {
            readers[i] = [];
        }

        var makers = Makers(nodes);
        int[] waiting = new int[nodes.Length];
        for (int i = 0; i < nodes.Length; i++)
        {
            foreach (string name in nodes[i].Inputs.Concat(scope.CapturesOf(i)))
            {
                if (makers.TryGetValue(name, out int maker))
                {
                    readers[maker].Add(i);
                    waiting[i]++;
                }
            }
        }

        return (waiting, readers);
    }

    private static Dictionary<string, int> Makers(Node[] nodes)
    {
        var makers = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < nodes.Length; i++)
        {
            foreach (string output in nodes[i].Outputs)
            {
                if (output.Length > 0)
                {
                    makers[output] = i;
                }
            }
        }

        return makers;
    }

    private static ModelFormatException Cycle(Node[] nodes, int[] waiting, ModelSource source)
    {
        var stuck = nodes.Where((_, i) => waiting[i] > 0).Select(node => $"\"{node.Name}\"").ToList();
        return source.Error($"{stuck.Count} nodes wait for each other's results in a circle: {string.Join(", ", stuck.Take(5))}{(stuck.Count > 5 ? ", …" : "")}.");
    }
}
