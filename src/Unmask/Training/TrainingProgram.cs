using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Runtime;

namespace Unmask.Training;

/// <summary>
/// The two compiled graphs of a training: one for steps (the network with batch statistics, the objective, and the gradient of every weight), one for validation (running
/// statistics, no gradient). Weights and running statistics are inputs of both, and lie in banks that the optimiser changes in place.
/// </summary>
internal sealed class TrainingProgram : IDisposable
{
    private readonly Session _steps;
    private readonly Session _validation;
    private readonly string _seed;
    private readonly string[] _stepOutputs;
    private readonly string[] _validationOutputs;

    /// <summary>Compiles.</summary>
    /// <param name="network">The network as it is used, at the working operator set.</param>
    /// <param name="objective">What is made small.</param>
    /// <param name="weights">The constants that are trained.</param>
    public TrainingProgram(Graph network, Objective objective, IReadOnlyList<string> weights)
    {
        // In a part that is not trained, normalisations stay what they were.
        var (training, statistics) = NormalizeByBatch.Run(network, node => weights.Contains(node.Input(1)));
        Statistics = statistics;
        Weights = new TensorBank(weights.Select(name => (name, network.Constants[name])));
        Running = new TensorBank(statistics.SelectMany(each => (string[])[each.Mean, each.Variance]).Select(name => (name, network.Constants[name])));
        // The batch's statistics do not depend on the running ones, which therefore stay constants here.
        var (graph, values) = WithObjective(training, objective);
        string[] exposed = [.. values.Accuracy is { } accuracy ? [accuracy] : (string[])[], .. statistics.SelectMany(each => (string[])[each.BatchMean, each.BatchVariance])];
        var program = Gradient.Build(FeedValues.Run(graph, weights), values.Loss, weights, new() { Expose = [.. exposed] });
        HasAccuracy = values.Accuracy is not null;
        _seed = program.Seed;
        _stepOutputs = [values.Loss, .. exposed, .. weights.Select(program.MultiplierOf)];
        _steps = Session.FromGraph(program.Graph);
        var (whole, truth) = WithObjective(network, objective);
        _validationOutputs = [truth.Loss, .. truth.Accuracy is { } right ? [right] : (string[])[]];
        var fed = FeedValues.Run(PruneUnreachable.Run(whole with { Outputs = whole.Outputs.RemoveAll(output => !_validationOutputs.Contains(output.Name)) }), weights.Concat(Running.Places.Select(place => place.Name)));
        _validation = Session.FromGraph(fed);
    }

    /// <summary>The weights.</summary>
    public TensorBank Weights { get; }

    /// <summary>Running means and variances, two for each of <see cref="Statistics"/>.</summary>
    public TensorBank Running { get; }

    /// <summary>The normalisations over the batch.</summary>
    public ImmutableArray<BatchStatistics> Statistics { get; }

    /// <summary>Whether the objective knows right and wrong.</summary>
    public bool HasAccuracy { get; }

    /// <summary>Loss, accuracy, batch statistics and gradients of one part of a batch.</summary>
    /// <param name="items">What the set read.</param>
    /// <param name="share">The part's share of the batch, by which gradients are multiplied.</param>
    /// <param name="cancel">Stops inside.</param>
    public PartResult RunPart(Dictionary<string, TensorData> items, float share, CancellationToken cancel)
    {
        Feed(items, Weights);
        items[_seed] = TensorData.Scalar(share);
        var results = _steps.Run(items, _stepOutputs, cancel);
        int at = HasAccuracy ? 2 : 1, gradients = at + (2 * Statistics.Length);
        return new(Scalar(results[0]), HasAccuracy ? Scalar(results[1]) : null, results[at..gradients], results[gradients..]);
    }

    /// <summary>Mean loss and accuracy of items.</summary>
    public (double Loss, double? Accuracy) Validate(Dictionary<string, TensorData> items, CancellationToken cancel)
    {
        Feed(items, Weights);
        Feed(items, Running);
        var results = _validation.Run(items, _validationOutputs, cancel);
        return (Scalar(results[0]), HasAccuracy ? Scalar(results[1]) : null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _steps.Dispose();
        _validation.Dispose();
    }

    private static (Graph Graph, ObjectiveValues Values) WithObjective(Graph network, Objective objective)
    {
        var builder = network.ToBuilder();
        var values = objective.Append(builder, network.Outputs[0]);
        return (ExposeValues.Run(builder.Build(), values.Accuracy is { } accuracy ? [values.Loss, accuracy] : [values.Loss]), values);
    }

    private static void Feed(Dictionary<string, TensorData> items, TensorBank bank)
    {
        for (int i = 0; i < bank.Places.Length; i++)
        {
            items[bank.Places[i].Name] = bank.Tensors[i];
        }
    }

    private static double Scalar(TensorData value) => value.AsSpan<float>()[0];
}

/// <summary>What a part of a batch gives.</summary>
/// <param name="Loss">Mean over the part's items.</param>
/// <param name="Accuracy">Mean over the part's items; <c>null</c> when the objective knows none.</param>
/// <param name="Statistics">Mean and variance of each normalisation.</param>
/// <param name="Gradients">Of each weight, times the part's share.</param>
internal sealed record PartResult(double Loss, double? Accuracy, ImmutableArray<TensorData> Statistics, ImmutableArray<TensorData> Gradients);
