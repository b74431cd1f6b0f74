namespace Unmask.Training;

/// <summary>Everything besides network and data that the trained weights depend on. The number of threads is not among it; the number of shards is.</summary>
public sealed record TrainingRecipe
{
    /// <summary>What is made small. Default <see cref="Objective.CrossEntropy"/>.</summary>
    public Objective Objective { get; init; } = Objective.CrossEntropy;

    /// <summary>How gradients change the weights. Default: SGD with momentum 0.9.</summary>
    public Optimizer Optimizer { get; init; } = new Sgd();

    /// <summary>The learning rate. Default: constant, 0.001.</summary>
    public LearningRate LearningRate { get; init; } = new();

    /// <summary>How much weights (tensors of two axes and more; neither biases nor the scales of normalisations) are drawn to 0, at least 0. Default 0.</summary>
    public double WeightDecay { get; init => field = Require.NotNegative(value); }

    /// <summary>The length that the gradient of all weights together is cut down to; <c>null</c> (default): it is not.</summary>
    public double? ClipNorm
    {
        get;
        init
        {
            if (value is { } norm)
            {
                ArgumentOutOfRangeException.ThrowIfNegativeOrZero(norm, nameof(value));
            }

            field = value;
        }
    }

    /// <summary>Items of a step, at least 1. Default 64. What is left at the end of an epoch waits for the next shuffling; fewer items than this are one batch.</summary>
    public int BatchSize { get; init => field = Require.Positive(value); } = 64;

    /// <summary>Passes over the data, at least 1. Default 10.</summary>
    public int Epochs { get; init => field = Require.Positive(value); } = 10;

    /// <summary>
    /// Equal parts of a batch that are computed apart, possibly at the same time, at least 1. Default 2. Batch normalisation sees one part only, and sums are rounded part by
    /// part: so the result depends on it, though not on the threads.
    /// </summary>
    public int Shards { get; init => field = Require.Positive(value); } = 2;

    /// <summary>How much of the running statistics of batch normalisations is kept in a step, from 0 to below 1. Default 0.9.</summary>
    public double StatisticsMomentum { get; init => field = Require.NotNegativeBelow(value, 1); } = 0.9;

    /// <summary>
    /// Epochs without a lower loss on the validation data after which training ends, with the weights of the best epoch; <c>null</c> (default): it goes on to the end and keeps
    /// the last weights. Ignored without validation data.
    /// </summary>
    public int? Patience { get; init => field = value is { } epochs ? Require.Positive(epochs) : null; }

    /// <summary>Seed of shuffling and augmentation. Default 0.</summary>
    public ulong Seed { get; init; }
}
