using Unmask.Graphs;
using Unmask.Probing;

namespace Unmask;

/// <summary>Keeps the last compiled programs of a model; the least recently used is freed first.</summary>
internal sealed class ProgramCache(ModelCore core) : IDisposable
{
    private const int Capacity = 6;

    private readonly Lock _gate = new();
    private readonly LinkedList<(string Key, ScoreProgram Program)> _recent = new();

    /// <summary>The program for a prologue (named by a key) and scores, compiled when it is not kept.</summary>
    public ScoreProgram Get(string prologueKey, IReadOnlyList<Score> scores, Func<Graph?> prologue)
    {
        string key = $"{string.Join(',', scores)}|{prologueKey}";
        lock (_gate)
        {
            for (var node = _recent.First; node is not null; node = node.Next)
            {
                if (node.Value.Key == key)
                {
                    _recent.Remove(node);
                    _recent.AddFirst(node);
                    return node.Value.Program;
                }
            }

            var program = core.Compile(prologue(), scores);
            _recent.AddFirst((key, program));
            if (_recent.Count > Capacity)
            {
                _recent.Last!.Value.Program.Dispose();
                _recent.RemoveLast();
            }

            return program;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var (_, program) in _recent)
            {
                program.Dispose();
            }

            _recent.Clear();
        }
    }
}
