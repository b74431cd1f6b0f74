using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// Tells streams of tokens apart. A block's mixture goes on in the stream that asked (the residual sum), so a side of a block belongs to the stream of
/// the blocks that are met first on the way back from it; sides before which there is no block belong together when they are made of the same values.
/// </summary>
internal sealed class TokenStreams
{
    private readonly ImmutableArray<AttentionBlock> _blocks;
    private readonly IReadOnlyDictionary<string, Node> _producers;
    private readonly HashSet<string> _computed;
    private readonly Dictionary<string, int> _outputs;

    // Sides 2i (queries of block i) and 2i + 1 (its keys), joined into streams.
    private readonly int[] _parents;

    public TokenStreams(Graph graph, ImmutableArray<AttentionBlock> blocks)
    {
        _blocks = blocks;
        _producers = graph.Producers();
        _computed = DataFlow.From(graph);
        _outputs = blocks.Select((block, index) => (block.Output, index)).ToDictionary(StringComparer.Ordinal);
        _parents = [.. Enumerable.Range(0, 2 * blocks.Length)];
    }

    /// <summary>The blocks with the numbers of their streams.</summary>
    public ImmutableArray<AttentionBlock> Number()
    {
        var first = new List<(int Side, HashSet<string> Values)>();
        for (int side = 0; side < _parents.Length; side++)
        {
            var block = _blocks[side / 2];
            var (before, values) = Behind(side % 2 == 0 ? block.Query : block.Key);
            foreach (int earlier in before)
            {
                Join(side, 2 * earlier);
            }

            if (before.Count == 0)
            {
                foreach (var (other, _) in first.Where(other => other.Values.Overlaps(values) || (values.Count == 0 && other.Values.Count == 0)))
                {
                    Join(side, other);
                }

                first.Add((side, values));
            }
        }

        List<int> order = [.. Enumerable.Range(0, _parents.Length).Select(Root).Distinct()];
        return [.. _blocks.Select((block, i) => block with { QueryStream = order.IndexOf(Root(2 * i)), KeyStream = order.IndexOf(Root((2 * i) + 1)) })];
    }

    /// <summary>The blocks that are met first on the way back from a value, and the computed values on the way.</summary>
    private (HashSet<int> Blocks, HashSet<string> Values) Behind(string value)
    {
        var blocks = new HashSet<int>();
        var values = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([value]);
        while (open.TryPop(out string? next))
        {
            if (_outputs.TryGetValue(next, out int block))
            {
                blocks.Add(block);
            }
            else if (_computed.Contains(next) && values.Add(next) && _producers.TryGetValue(next, out var node))
            {
                foreach (string input in node.Inputs)
                {
                    open.Push(input);
                }
            }
        }

        return (blocks, values);
    }

    private int Root(int side) => _parents[side] == side ? side : Root(_parents[side]);

    private void Join(int one, int other)
    {
        var (low, high) = (Math.Min(Root(one), Root(other)), Math.Max(Root(one), Root(other)));
        _parents[high] = low;
    }
}
