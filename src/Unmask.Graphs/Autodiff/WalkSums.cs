namespace Unmask.Graphs;

/// <summary>What was sent to values on the way back, added up when it is asked for.</summary>
internal sealed class WalkSums
{
    private readonly Dictionary<string, List<Expression>> _pending = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Expression> _total = new(StringComparer.Ordinal);

    /// <summary>Whether anything was sent to a value.</summary>
    public bool Holds(string value) => _pending.ContainsKey(value);

    /// <summary>Sends a part to a value.</summary>
    public void Send(string value, Expression part)
    {
        if (!_pending.TryGetValue(value, out var sent))
        {
            _pending[value] = sent = [];
        }

        sent.Add(part);
    }

    /// <summary>Sends a node's inputs what is theirs.</summary>
    public void SendAll(Node node, Expression?[] parts)
    {
        for (int i = 0; i < parts.Length; i++)
        {
            if (parts[i] is { } part)
            {
                Send(node.Inputs[i], part);
            }
        }
    }

    /// <summary>The sum of all that was sent to a value; <c>null</c>: nothing was.</summary>
    public Expression? Total(string value)
    {
        if (_total.TryGetValue(value, out var known))
        {
            return known;
        }

        if (value.Length == 0 || !_pending.TryGetValue(value, out var sent))
        {
            return null;
        }

        var total = sent[0];
        foreach (var next in sent.Skip(1))
        {
            total += next;
        }

        return _total[value] = total;
    }
}
