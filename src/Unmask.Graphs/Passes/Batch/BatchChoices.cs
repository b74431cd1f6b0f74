namespace Unmask.Graphs;

/// <summary>
/// Decisions of a walk that a frozen graph leaves open (with one item, [6, 4] may be 6 · N rows or 4 · N columns), in the order in which they come up.
/// When a walk gets stuck, the latest decision that can be taken otherwise is, and the walk starts again.
/// </summary>
internal sealed class BatchChoices
{
    private readonly List<(int Taken, int Readings)> _decisions = [];
    private int _next;

    /// <summary>The next decision.</summary>
    public int Next(int readings)
    {
        if (readings == 1)
        {
            return 0;
        }

        if (_next == _decisions.Count)
        {
            _decisions.Add((0, readings));
        }

        return _decisions[_next++].Taken;
    }

    /// <summary>Goes back to the start with another decision; <c>false</c> when all have been tried.</summary>
    public bool Reconsider()
    {
        _next = 0;
        while (_decisions.Count > 0)
        {
            var (taken, readings) = _decisions[^1];
            _decisions.RemoveAt(_decisions.Count - 1);
            if (taken + 1 < readings)
            {
                _decisions.Add((taken + 1, readings));
                return true;
            }
        }

        return false;
    }
}
