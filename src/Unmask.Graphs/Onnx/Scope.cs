namespace Unmask.Graphs;

/// <summary>The values that a graph's nodes may read: its own, and those of the graphs around it.</summary>
internal sealed class Scope(Scope? around)
{
    /// <summary>The maker of inputs and constants.</summary>
    public const int Given = -1;

    private readonly Dictionary<string, int> _makers = new(StringComparer.Ordinal);
    private readonly Dictionary<int, List<string>> _captures = [];
    private int _current;

    /// <summary>Whether every value was made before the node that reads it.</summary>
    public bool IsSorted { get; private set; } = true;

    /// <summary>Makes a value known; false when its name is taken.</summary>
    public bool Define(string name, int maker) => _makers.TryAdd(name, maker);

    /// <summary>Says which node is being read.</summary>
    public void Enter(int node) => _current = node;

    /// <summary>Notes that the current node reads a value; false when there is none of this name.</summary>
    public bool Read(string name)
    {
        if (_makers.TryGetValue(name, out int maker))
        {
            IsSorted &= maker < _current;
            return true;
        }

        return around?.Capture(name) ?? false;
    }

    /// <summary>Whether a node of this very graph makes the value.</summary>
    public bool Makes(string name) => _makers.TryGetValue(name, out int maker) && maker != Given;

    /// <summary>The node that makes a value; <see cref="Given"/> when none of this graph does.</summary>
    public int MakerOf(string name) => _makers.GetValueOrDefault(name, Given);

    /// <summary>What the subgraphs of a node read of this graph.</summary>
    public IReadOnlyList<string> CapturesOf(int node) => _captures.GetValueOrDefault(node) ?? (IReadOnlyList<string>)[];

    private bool Capture(string name)
    {
        if (!Read(name))
        {
            return false;
        }

        if (!_captures.TryGetValue(_current, out var names))
        {
            _captures[_current] = names = [];
        }

        names.Add(name);
        return true;
    }
}
