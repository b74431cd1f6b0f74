namespace Unmask.WhiteBox;

/// <summary>
/// The maximum flow from the tokens of one block through those of all blocks before it to a token of the input. Between neighbouring blocks every token is joined to every other
/// by an edge that carries as much as the matrix says. Dinic's algorithm: flow along shortest ways until none is open.
/// </summary>
/// <param name="capacities">From the last block to the first: [token of the block, token before it], square and of one size.</param>
internal sealed class LayeredFlow(IReadOnlyList<TokenMatrix> capacities)
{
    // What is left of an edge below it is rounding: rows add up to about 1.
    private const double Nothing = 1e-12;

    private readonly int _tokens = capacities[0].Rows;
    private readonly int _levels = capacities.Count + 1;
    private TokenMatrix[] _left = [];
    private double[] _sources = [];
    private int[] _depth = [];
    private int[] _next = [];

    /// <summary>The flow to a token.</summary>
    /// <param name="sources">How much each token of the last block may send.</param>
    /// <param name="sink">The token of the input.</param>
    public double To(int sink, ReadOnlySpan<double> sources)
    {
        _left = [.. capacities.Select(Copy)];
        _sources = sources.ToArray();
        int target = ((_levels - 1) * _tokens) + sink;
        double flow = 0;
        while (FindDepths(target))
        {
            _next = new int[_depth.Length];
            for (int token = 0; token < _tokens; token++)
            {
                if (_sources[token] > Nothing)
                {
                    double sent = Send(token, _sources[token], target);
                    (_sources[token], flow) = (_sources[token] - sent, flow + sent);
                }
            }
        }

        return flow;
    }

    private static TokenMatrix Copy(TokenMatrix matrix)
    {
        var copy = new TokenMatrix(matrix.Rows, matrix.Columns);
        for (int row = 0; row < matrix.Rows; row++)
        {
            matrix.Row(row).CopyTo(copy.Row(row));
        }

        return copy;
    }

    /// <summary>The number of edges from the sources to each node, along edges that are open.</summary>
    /// <returns>Whether the target is reached.</returns>
    private bool FindDepths(int target)
    {
        _depth = new int[_levels * _tokens];
        var open = new Queue<int>(Enumerable.Range(0, _tokens).Where(token => _sources[token] > Nothing));
        foreach (int token in open)
        {
            _depth[token] = 1;
        }

        while (_depth[target] == 0 && open.TryDequeue(out int node))
        {
            for (int arc = 0; arc < 2 * _tokens; arc++)
            {
                if (Other(node, arc) is >= 0 and var other && _depth[other] == 0 && Open(node, arc) > Nothing)
                {
                    _depth[other] = _depth[node] + 1;
                    open.Enqueue(other);
                }
            }
        }

        return _depth[target] > 0;
    }

    /// <summary>Sends as much as possible from a node to the target along shortest ways.</summary>
    private double Send(int node, double limit, int target)
    {
        if (node == target)
        {
            return limit;
        }

        double sent = 0;
        for (; _next[node] < 2 * _tokens; _next[node]++)
        {
            int arc = _next[node];
            if (Other(node, arc) is >= 0 and var other && _depth[other] == _depth[node] + 1 && Open(node, arc) is > Nothing and var open)
            {
                double passed = Send(other, Math.Min(limit - sent, open), target);
                Take(node, arc, passed);
                sent += passed;
                if (limit - sent <= Nothing)
                {
                    return sent;
                }
            }
        }

        return sent;
    }

    /// <summary>The node at the end of an arc: the first half goes on to the next level, the second takes back what came from the level before.</summary>
    private int Other(int node, int arc)
    {
        int level = (node / _tokens) + (arc < _tokens ? 1 : -1);
        return level < 0 || level >= _levels ? -1 : (level * _tokens) + (arc % _tokens);
    }

    private double Open(int node, int arc)
    {
        var (level, token, other) = (node / _tokens, node % _tokens, arc % _tokens);
        return arc < _tokens ? _left[level][token, other] : capacities[level - 1][other, token] - _left[level - 1][other, token];
    }

    private void Take(int node, int arc, double flow)
    {
        var (level, token, other) = (node / _tokens, node % _tokens, arc % _tokens);
        if (arc < _tokens)
        {
            _left[level][token, other] -= flow;
        }
        else
        {
            _left[level - 1][other, token] += flow;
        }
    }
}
