using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.Probing;

/// <summary>A compiled way from feeds (coordinates of masks, or inputs) to the scores of classes. Callable from several threads.</summary>
internal abstract class ScoreProgram : IDisposable
{
    /// <summary>Bytes of activations that one item takes at the peak; an estimate for choosing the batch size.</summary>
    public abstract long BytesPerItem { get; }

    /// <summary>Bytes of the weights that the program holds.</summary>
    public virtual long WeightBytes => 0;

    /// <summary>The batch size that every run must have; <c>null</c> when any will do.</summary>
    public virtual int? RequiredBatch => null;

    /// <summary>Whether several runs may be under way at once.</summary>
    public virtual bool AllowsConcurrency => true;

    /// <summary>Runs one batch for the first score.</summary>
    /// <returns>[N, classes], row by row.</returns>
    public TensorData Run(IReadOnlyDictionary<string, TensorData> feeds, CancellationToken cancel) => RunAll(feeds, cancel)[0];

    /// <summary>Runs one batch for all scores that the program was compiled for, in their order.</summary>
    /// <returns>[N, classes] each, row by row.</returns>
    public abstract ImmutableArray<TensorData> RunAll(IReadOnlyDictionary<string, TensorData> feeds, CancellationToken cancel);

    /// <inheritdoc/>
    public abstract void Dispose();
}
