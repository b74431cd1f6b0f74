using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.Training;

/// <summary>
/// Trains a network: its weights become inputs of a graph that also computes the objective and every gradient, and an optimiser changes them between runs.
/// </summary>
/// <remarks>
/// <para>The result depends on the network, the data and the recipe, bit for bit; not on the number of threads, nor on whether the training was ended and taken up again.</para>
/// <para>A step's gradient is that of the mean loss of its batch. The batch is computed in <see cref="TrainingRecipe.Shards"/> parts, added in their order; batch normalisation
/// normalises each part by itself, and the mean of the parts' statistics enters the running ones.</para>
/// </remarks>
/// <param name="network">The network: from <see cref="NetworkBuilder"/>, or any ONNX model; a batch size frozen at export is freed. Its first output is trained; for cross-entropy it must be logits.</param>
/// <param name="recipe">How.</param>
public sealed class Trainer(Graph network, TrainingRecipe recipe)
{
    /// <summary>The name of the checkpoint in <see cref="Folder"/>.</summary>
    public const string CheckpointFile = "checkpoint.npz";

    /// <summary>The name of the file of metrics in <see cref="Folder"/>: a line of JSON an epoch.</summary>
    public const string MetricsFile = "metrics.jsonl";

    private readonly Graph _network = Prepared(network);

    /// <summary>How.</summary>
    public TrainingRecipe Recipe { get; } = recipe;

    /// <summary>The constants that are trained, by name. Default: all that layers multiply by, add or look up on the way to the first output. For fine-tuning: those of the last layers. Batch normalisations whose scale is not among them keep their running statistics and use them.</summary>
    public ImmutableArray<string> Weights { get; init; } = [.. TrainableWeights.Of(network)];

    /// <summary>Parts of a batch that are computed at the same time. Default: the number of processors. The result does not depend on it.</summary>
    public int Threads { get; init => field = Require.Positive(value); } = Environment.ProcessorCount;

    /// <summary>An existing folder for the checkpoint and the metrics; <c>null</c> (default): nothing is written.</summary>
    public string? Folder { get; init; }

    /// <summary>Whether to go on from the checkpoint in <see cref="Folder"/>. Default <c>false</c>: begin anew.</summary>
    public bool Resume { get; init; }

    /// <summary>Steps from one checkpoint to the next, besides those at the end of an epoch and when cancelled; at least 1. Default 200.</summary>
    public int CheckpointSteps { get; init => field = Require.Positive(value); } = 200;

    /// <summary>Told what each epoch came to, on the thread that trains; <c>null</c> (default): nobody.</summary>
    public Action<EpochMetrics>? EpochEnded { get; init; }

    /// <summary>What learns beside the network, in the same steps; <c>null</c> (default): nothing.</summary>
    internal TrainingPartner? Partner { get; init; }

    /// <summary>Trains.</summary>
    /// <param name="items">What is learnt from.</param>
    /// <param name="validation">What the network is tried on after each epoch; <c>null</c> (default): nothing.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="cancel">Ends the training; the checkpoint is written before.</param>
    /// <exception cref="ArgumentException">There is nothing to train, or nothing to learn from.</exception>
    /// <exception cref="LayerNotFoundException">One of <see cref="Weights"/> is not in the network.</exception>
    /// <exception cref="UnmaskException">The loss, a gradient or a weight is no longer a number, and the message names the node where that first arose; or a file cannot be written or does not belong to this training.</exception>
    /// <exception cref="NotDifferentiableException">The output does not depend on one of <see cref="Weights"/>.</exception>
    /// <exception cref="UnsupportedOperatorException">A node between a weight and the output has no derivative.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public TrainingResult Run(TrainingSet items, TrainingSet? validation = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        if (Weights.IsEmpty)
        {
            throw new ArgumentException("The network has no weights to train: no constant of floats that a layer multiplies by, adds or looks up.");
        }

        if (Weights.FirstOrDefault(name => !_network.Constants.ContainsKey(name)) is { } missing)
        {
            throw new LayerNotFoundException($"\"{missing}\" is not a constant of the network. Its weights are: {string.Join(", ", TrainableWeights.Of(_network))}.");
        }

        ArgumentOutOfRangeException.ThrowIfZero(items.Count, nameof(items));
        using var program = new TrainingProgram(_network, Recipe.Objective, Weights);
        var state = new TrainingState(program, Recipe.Optimizer.Slots) { Partner = Partner };
        items.Begin(program);
        validation?.Begin(program);
        Partner?.Begin(program);
        var files = new TrainingFiles(Folder);
        string identity = Identity(items, validation);
        if (Resume)
        {
            files.Resume(state, identity);
        }

        var run = new TrainingLoop(this, program, state, files, identity, progress, cancel);
        run.Run(items, validation);
        return Result(program, state, files, validation is not null);
    }

    /// <summary>At the working operator set, for any number of items.</summary>
    private static Graph Prepared(Graph network)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (network.Outputs.IsEmpty || network.Inputs.IsEmpty)
        {
            throw new ArgumentException("A network to train needs an input and an output.", nameof(network));
        }

        var freed = FreeBatchDimension.Run(network);
        return freed.Obstacle is not { } obstacle
            ? RaiseOpset.Run(freed.Graph)
            : throw new ArgumentException($"The network takes a fixed number of items at once, and cannot be freed of it: {obstacle}. Export it with a free batch dimension.", nameof(network));
    }

    /// <summary>The network with the weights and running statistics of the state: the best epoch's where training may end early.</summary>
    private TrainingResult Result(TrainingProgram program, TrainingState state, TrainingFiles files, bool validated)
    {
        bool best = validated && Recipe.Patience is not null && state.BestEpoch > 0;
        var constants = program.Weights.Copies(best ? state.BestWeights : state.Weights).Concat(program.Running.Copies(best ? state.BestRunning : state.Running));
        return new(_network with { Constants = _network.Constants.SetItems(constants) }, best ? state.BestEpoch : state.Epoch, [.. files.Epochs]);
    }

    /// <summary>What must be the same for a training to be the same one, a line each.</summary>
    private string Identity(TrainingSet items, TrainingSet? validation) => string.Join(
        '\n',
        $"network {_network.Name}, {Weights.Length} weights of {Weights.Sum(name => _network.Constants[name].Count)} numbers",
        $"weights that stay {WeightFingerprint.Of(_network.Constants.Where(pair => !Weights.Contains(pair.Key)).Select(pair => pair.Value))}",
        $"objective {Recipe.Objective}",
        $"optimiser {Recipe.Optimizer}",
        $"learning rate {Recipe.LearningRate}",
        $"weight decay {Recipe.WeightDecay}, clipping {Recipe.ClipNorm?.ToString() ?? "none"}, statistics momentum {Recipe.StatisticsMomentum}",
        $"batch size {Recipe.BatchSize} in {Recipe.Shards} shards",
        $"{Recipe.Epochs} epochs, patience {Recipe.Patience?.ToString() ?? "none"}",
        $"seed {Recipe.Seed}",
        $"{items.Count} items, {validation?.Count ?? 0} for validation",
        $"data {items}{(Partner is null ? "" : $", beside {Partner}")}");
}

/// <summary>A trained network.</summary>
/// <param name="Network">The network with its new weights as constants, batch normalisations with running statistics: save it with <see cref="OnnxWriter"/>.</param>
/// <param name="Epoch">The epoch that the weights are of, from 1.</param>
/// <param name="Epochs">What every epoch came to, those before a resumption included.</param>
public sealed record TrainingResult(Graph Network, long Epoch, ImmutableArray<EpochMetrics> Epochs);
