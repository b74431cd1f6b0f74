using Unmask.Graphs;
using Unmask.Probing;
using Unmask.Runtime;

namespace Unmask;

/// <summary>Keeps the compiled programs of a model within a number of bytes; the least recently used is freed first.</summary>
internal sealed class ProgramCache(ModelCore core, ThroughputOptions throughput) : IDisposable
{
    // One explanation may use as many in turn: the plain program, the masked one, and two variants of it.
    private const int AlwaysKept = 4;

    private readonly Lock _gate = new();
    private readonly LinkedList<(string Key, Task<ScoreProgram> Program)> _recent = new();

    /// <summary>The program for a prologue (named by a key) and scores, compiled when it is not kept; of a variant of the model (part of the key), if one is given.</summary>
    public ScoreProgram Get(string prologueKey, IReadOnlyList<Score> scores, Func<Graph?> prologue, ModelCore? variant = null)
    {
        var program = Start(prologueKey, scores, prologue, variant);
        try
        {
            var compiled = program.GetAwaiter().GetResult();
            Trim();
            return compiled;
        }
        catch
        {
            Forget(program);
            throw;
        }
    }

    /// <summary>Begins to compile a program that will be wanted soon; what goes wrong is thrown by <see cref="Get"/>.</summary>
    public Task<ScoreProgram> Start(string prologueKey, IReadOnlyList<Score> scores, Func<Graph?> prologue, ModelCore? variant = null)
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

            var program = Task.Run(() => (variant ?? core).Compile(prologue(), scores));
            _recent.AddFirst((key, program));
            return program;
        }
    }

    /// <summary>Frees the programs that were not used for longest until the rest fit. What is still being compiled counts nothing yet.</summary>
    private void Trim()
    {
        lock (_gate)
        {
            long bytes = 0;
            int position = 0;
            for (var node = _recent.First; node is not null;)
            {
                var (next, program) = (node.Next, node.Value.Program);
                bytes += program.IsCompletedSuccessfully ? BytesOf(program.Result) : 0;
                if (position++ >= AlwaysKept && bytes > throughput.ProgramBudgetBytes)
                {
                    Free(program);
                    _recent.Remove(node);
                }

                node = next;
            }
        }
    }

    private long BytesOf(ScoreProgram program) => program.WeightBytes + throughput.ActivationBytes(program.BytesPerItem);

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var (_, program) in _recent)
            {
                Free(program);
            }

            _recent.Clear();
        }
    }

    /// <summary>Frees a program, once it is compiled; one that could not be compiled has nothing to free.</summary>
    private static void Free(Task<ScoreProgram> program)
    {
        Task.WaitAny(program);
        if (program.IsCompletedSuccessfully)
        {
            program.Result.Dispose();
        }
    }

    private void Forget(Task<ScoreProgram> program)
    {
        lock (_gate)
        {
            for (var node = _recent.First; node is not null; node = node.Next)
            {
                if (node.Value.Program == program)
                {
                    _recent.Remove(node);
                    return;
                }
            }
        }
    }
}
