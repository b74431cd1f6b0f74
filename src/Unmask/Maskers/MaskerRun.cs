using Unmask.Graphs;
using Unmask.Training;

namespace Unmask.Maskers;

/// <summary>What a masker's training takes of the machine; the result does not depend on it.</summary>
public sealed record MaskerRun
{
    /// <summary>Parts of a batch at the same time, at least 1. Default: the number of processors.</summary>
    public int Threads { get; init => field = Require.Positive(value); } = Environment.ProcessorCount;

    /// <summary>An existing folder for the checkpoint and the metrics; <c>null</c> (default): nothing is written.</summary>
    public string? Folder { get; init; }

    /// <summary>Whether to go on from the checkpoint in <see cref="Folder"/>. Default <c>false</c>: begin anew.</summary>
    public bool Resume { get; init; }

    /// <summary>
    /// Bytes of the classifier's taps that may be kept, 0 or more. Default 1 GiB. Where pictures do not vary and all their taps fit, the classifier looks at each picture once; else in each epoch, in other
    /// groups of pictures, which may round the last bit otherwise.
    /// </summary>
    public long CacheBytes { get; init => field = Require.NotNegative(value); } = 1L << 30;

    /// <summary>Told what each epoch came to; <c>null</c> (default): nobody. Its accuracy is the part of the pictures of which every side is won.</summary>
    public Action<EpochMetrics>? EpochEnded { get; init; }

    /// <summary>Told what each epoch of the selector came to, which learns first in recipes that have one; <c>null</c> (default): nobody.</summary>
    public Action<EpochMetrics>? SelectorEpochEnded { get; init; }
}

/// <summary>A trained masker.</summary>
/// <param name="Masker">For <see cref="OnnxWriter"/>: inputs by the names of the classifier's taps (and <c>class</c>), output <c>mask</c> [N, 1, height, width], 0 to 1.</param>
/// <param name="Classifier">The classifier that learnt beside it, with logits as its output; <c>null</c>: the given one stayed as it was.</param>
/// <param name="Training">What the epochs came to.</param>
public sealed record MaskerResult(Graph Masker, Graph? Classifier, TrainingResult Training);
