using Unmask.Training;

namespace Unmask.Cli.Training;

/// <summary>What <c>unmask train gad</c> is asked for.</summary>
internal sealed record GadRequest
{
    /// <summary>The pictures.</summary>
    public required string Data { get; init; }

    /// <summary>The model; <c>null</c>: the demonstration network.</summary>
    public string? ModelFile { get; init; }

    /// <summary>How it is loaded.</summary>
    public required ModelOptions ModelOptions { get; init; }

    /// <summary>The classes, as they were written.</summary>
    public required string Classes { get; init; }

    /// <summary>Which weights are trained.</summary>
    public required TrainedPart Part { get; init; }

    /// <summary>How they are trained.</summary>
    public required GadTraining Training { get; init; }

    /// <summary>At most so many pictures; <c>null</c>: all.</summary>
    public int? Items { get; init; }

    /// <summary>Memory for decoded pictures.</summary>
    public required long CacheBytes { get; init; }

    /// <summary>Where the files go.</summary>
    public required string Folder { get; init; }
}
