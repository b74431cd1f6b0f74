using Unmask.Cli.Evaluating;
using Unmask.Graphs;

namespace Unmask.Cli.Comparing;

/// <summary>What one call of <c>unmask compare</c> asks for.</summary>
internal sealed record CompareRequest
{
    /// <summary>Pictures and folders as they were written; empty: the demonstration photo.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>The ONNX file; <c>null</c>: the demonstration network.</summary>
    public required string? ModelFile { get; init; }

    public required ModelOptions ModelOptions { get; init; }

    /// <summary>The model's other inputs.</summary>
    public required IReadOnlyDictionary<string, TensorData> Feeds { get; init; }

    public required MethodChoice Methods { get; init; }

    public required string Target { get; init; }

    public required string Folder { get; init; }
}
