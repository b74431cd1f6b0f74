using Unmask.Metrics;

namespace Unmask.Cli.Evaluating;

/// <summary>What one call of <c>unmask evaluate</c> asks for.</summary>
internal sealed record EvaluateRequest
{
    /// <summary>The folder or archive.</summary>
    public required string Data { get; init; }

    /// <summary>The ONNX file; <c>null</c>: the demonstration network.</summary>
    public required string? ModelFile { get; init; }

    public required ModelOptions ModelOptions { get; init; }

    public required MethodChoice Methods { get; init; }

    /// <summary>Whether reference rows that were not asked for are added.</summary>
    public required bool References { get; init; }

    /// <summary>The row that all others are compared with; <c>null</c>: the first.</summary>
    public required string? Against { get; init; }

    public required int Runs { get; init; }

    public required ulong Seed { get; init; }

    public required string Folder { get; init; }

    /// <summary>Whether values of an earlier run in the same folder are kept.</summary>
    public required bool Resume { get; init; }

    public required PhotoSelection Selection { get; init; }

    /// <summary>Whether labels were asked for by name, so that data without any is a mistake.</summary>
    public required bool LabelsWanted { get; init; }
}
