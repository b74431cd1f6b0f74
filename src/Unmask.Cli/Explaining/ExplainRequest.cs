using Unmask.Graphs;

namespace Unmask.Cli.Explaining;

/// <summary>What one call of <c>unmask explain</c> asks for.</summary>
internal sealed record ExplainRequest
{
    /// <summary>Pictures, folders and tensors as they were written; empty: the demonstration photo.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>The ONNX file; <c>null</c>: the demonstration network.</summary>
    public required string? ModelFile { get; init; }

    public required MethodInfo Method { get; init; }

    /// <summary>The method's settings, in the order in which they apply.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<string> Targets { get; init; }

    public required string Folder { get; init; }

    /// <summary><c>null</c>: the defaults of the input's kind.</summary>
    public required IReadOnlyList<ExplanationFormat>? Formats { get; init; }

    /// <summary>How many predictions are shown.</summary>
    public required int Top { get; init; }

    /// <summary>Whether deletion and insertion curves of pictures are drawn.</summary>
    public bool Curves { get; init; }

    public required ModelOptions ModelOptions { get; init; }

    /// <summary>The model's other inputs.</summary>
    public required IReadOnlyDictionary<string, TensorData> Feeds { get; init; }
}
