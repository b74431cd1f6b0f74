namespace Unmask.Graphs;

/// <summary>
/// The values that a graph's nodes may read: its own, and those of the graphs around it. A subgraph's value that hides one of a graph around it gets
/// another name, so that a name means one thing wherever it is read.
/// </summary>
internal sealed class Scope(Scope? around)
{
    /// <summary>The maker of inputs and constants.</summary>
    public const int Given = -1;

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<int, List<string>> _captures = [];
    private HashSet<string>? _given;
    private int _current;

    /// <summary>Whether every value was made before the node that reads it.</summary>
    public bool IsSorted { get; private set; } = true;

    /// <summary>Makes a value known; false when its name is taken.</summary>
    /// <param name="name">The name in the file.</param>
    /// <param name="maker">The node, or <see cref="Given"/>.</param>
    public bool Define(string name, int maker) => _entries.TryAdd(name, new(around is null ? name : Unhide(name), maker));

    /// <summary>Says which node is being read.</summary>
    public void Enter(int node) => _current = node;

    /// <summary>Notes that the current node reads a value, and returns the value's name in the graph; <c>null</c> when there is no such value.</summary>
    public string? Read(string name)
    {
        if (_entries.TryGetValue(name, out var entry))
        {
            IsSorted &= entry.Maker < _current;
            return entry.Name;
        }

        return around?.Capture(name);
    }

    /// <summary>The name in the graph of a value of this very graph; the name itself when there is none.</summary>
    public string NameOf(string name) => _entries.TryGetValue(name, out var entry) ? entry.Name : name;

    /// <summary>Whether a node of this very graph makes the value.</summary>
    public bool Makes(string name) => _entries.TryGetValue(name, out var entry) && entry.Maker != Given;

    /// <summary>What the subgraphs of a node read of this graph.</summary>
    public IReadOnlyList<string> CapturesOf(int node) => _captures.GetValueOrDefault(node) ?? (IReadOnlyList<string>)[];

    private string? Capture(string name)
    {
        string? read = Read(name);
        if (read is not null && _entries.ContainsKey(name))
        {
            if (!_captures.TryGetValue(_current, out var names))
            {
                _captures[_current] = names = [];
            }

            names.Add(read);
        }

        return read;
    }

    private string Unhide(string name)
    {
        _given ??= new(StringComparer.Ordinal);
        string free = name;
        for (int i = 1; around!.Uses(free) || !_given.Add(free); i++)
        {
            free = $"{name}_inner{i}";
        }

        return free;
    }

    // Values that subgraphs renamed are kept apart by _given; names in the file and in the graph are both avoided here.
    private bool Uses(string name) => _entries.ContainsKey(name) || (_given?.Contains(name) ?? false) || (around?.Uses(name) ?? false);

    // A class on purpose: code for dictionaries of references is there when the process starts, for others it must be compiled first.
    private sealed record Entry(string Name, int Maker);
}
