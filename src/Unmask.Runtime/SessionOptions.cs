namespace Unmask.Runtime;

/// <summary>How a graph is compiled.</summary>
public sealed record SessionOptions
{
    /// <summary>
    /// Threads that one run uses inside its operators. Default 1: many independent items go fastest when several callers share
    /// one single-threaded session. More than 1 is for one item at a time (latency).
    /// </summary>
    public int Threads
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    }

    = 1;

    /// <summary>The execution provider, by the name that <see cref="Providers.All"/> lists. Default <c>cpu</c>.</summary>
    public string Provider { get; init; } = Providers.Cpu;

    /// <summary>Whether ONNX Runtime may rewrite the graph to run it faster. Default <c>true</c>.</summary>
    public bool Optimize { get; init; } = true;

    /// <summary>
    /// Whether the graph is first written in the forms that run fastest (<see cref="Lowering"/>). Default <c>true</c>; ignored unless <see cref="Optimize"/>.
    /// </summary>
    public bool Lower { get; init; } = true;

    /// <summary>Where ONNX Runtime writes a profile (a path prefix); <c>null</c> (default): no profile.</summary>
    public string? ProfileTo { get; init; }
}
