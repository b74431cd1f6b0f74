using Unmask.Training;

namespace Unmask.Cli.Training;

/// <summary>What <c>unmask train classifier</c> is asked for.</summary>
internal sealed record ClassifierRequest
{
    /// <summary>The pictures.</summary>
    public required string Data { get; init; }

    /// <summary>Height and width of the network's input; <c>null</c>: judged by the first picture.</summary>
    public int? Size { get; init; }

    /// <summary>The network and how it is trained; its size is <see cref="Size"/>.</summary>
    public required ClassifierTraining Training { get; init; }

    /// <summary>A model whose weights are begun with; <c>null</c>: they are drawn.</summary>
    public string? Start { get; init; }

    /// <summary>A file with names of the classes; <c>null</c>: the data's.</summary>
    public string? Names { get; init; }

    /// <summary>Whether batch normalisations are put into convolutions before the model is saved.</summary>
    public bool Fold { get; init; }

    /// <summary>How pictures are parted.</summary>
    public required PictureShares Shares { get; init; }

    /// <summary>Bytes of decoded pictures that are kept.</summary>
    public required long CacheBytes { get; init; }

    /// <summary>Parts of a batch at the same time; <c>null</c>: all processors.</summary>
    public int? Threads { get; init; }

    /// <summary>Where the files go.</summary>
    public required string Folder { get; init; }

    /// <summary>Whether to go on with the training in the folder.</summary>
    public bool Resume { get; init; }
}
