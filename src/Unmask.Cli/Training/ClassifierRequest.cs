using Unmask.Training;

namespace Unmask.Cli.Training;

/// <summary>What <c>unmask train classifier</c> is asked for.</summary>
internal sealed record ClassifierRequest
{
    /// <summary>The pictures.</summary>
    public required string Data { get; init; }

    /// <summary>Height and width of the network's input; <c>null</c>: judged by the first picture.</summary>
    public int? Size { get; init; }

    /// <summary>Channels of the first stage.</summary>
    public required int Width { get; init; }

    /// <summary>How it is trained.</summary>
    public required TrainingRecipe Recipe { get; init; }

    /// <summary>The share of pictures kept for validation.</summary>
    public required double Share { get; init; }

    /// <summary>Bytes of decoded pictures that are kept.</summary>
    public required long CacheBytes { get; init; }

    /// <summary>Parts of a batch at the same time; <c>null</c>: all processors.</summary>
    public int? Threads { get; init; }

    /// <summary>Where the files go.</summary>
    public required string Folder { get; init; }

    /// <summary>Whether to go on with the training in the folder.</summary>
    public bool Resume { get; init; }
}
