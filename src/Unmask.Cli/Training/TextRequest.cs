using Unmask.Training;

namespace Unmask.Cli.Training;

/// <summary>What <c>unmask train classifier</c> is asked for when its data are texts.</summary>
internal sealed record TextRequest
{
    /// <summary>The texts.</summary>
    public required string Data { get; init; }

    /// <summary>How they are parted.</summary>
    public required TextSplit Split { get; init; }

    /// <summary>The network and how it is trained.</summary>
    public required TextClassifierTraining Training { get; init; }

    /// <summary>Parts of a batch at the same time; <c>null</c>: all processors.</summary>
    public int? Threads { get; init; }

    /// <summary>Where the files go.</summary>
    public required string Folder { get; init; }

    /// <summary>Whether to go on with the training in the folder.</summary>
    public bool Resume { get; init; }
}
