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
    private readonly string[] _scalars;
    private readonly string[] _statistics;
    private readonly string[] _gradients;
    private readonly string[] _validationOutputs;
    private readonly Graph _graph;

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
        _scalars = [values.Loss, .. values.Accuracy is { } accuracy ? [accuracy] : (string[])[]];
        _statistics = [.. statistics.SelectMany(each => (string[])[each.BatchMean, each.BatchVariance])];
        // What is not trained becomes as few operators as possible first.
        var program = Gradient.Build(FoldBatchNormalization.Run(FeedValues.Run(graph, weights)), values.Loss, weights, new() { Expose = [.. _scalars, .. _statistics] });
        HasAccuracy = values.Accuracy is not null;
        (_graph, _seed, _gradients) = (program.Graph, program.Seed, [.. weights.Select(program.MultiplierOf)]);
        _steps = Session.FromGraph(_graph);
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

    /// <summary>Memory for the results of a part, to be used again and again.</summary>
    public PartResult NewResult()
    {
        var result = new PartResult(TensorBank.NewValues(2), TensorBank.NewValues(Running.Values.Length), TensorBank.NewValues(Weights.Values.Length), new(StringComparer.Ordinal));
        IEnumerable<TensorData> places = [.. _scalars.Select((_, i) => TensorData.Adopt<float>(result.Scalars.AsMemory(i, 1))), .. Running.Windows(result.Statistics), .. Weights.Windows(result.Gradients)];
        foreach (var (name, place) in _scalars.Concat(_statistics).Concat(_gradients).Zip(places))
        {
            result.Places.Add(name, place);
        }

        return result;
    }

    /// <summary>Loss, accuracy, batch statistics and gradients of one part of a batch.</summary>
    /// <param name="items">What the set read.</param>
    /// <param name="share">The part's share of the batch, by which gradients are multiplied.</param>
    /// <param name="result">Where the results go (<see cref="NewResult"/>).</param>
    /// <param name="cancel">Stops inside.</param>
    public void RunPart(Dictionary<string, TensorData> items, float share, PartResult result, CancellationToken cancel)
    {
        FeedStep(items, share);
        _steps.RunInto(items, result.Places, cancel);
    }

    /// <summary>Where the first number arises that is none, in words; <c>null</c>: in no node of the step.</summary>
    /// <param name="items">What the set read.</param>
    /// <param name="share">The part's share of the batch.</param>
    /// <param name="cancel">Stops inside.</param>
    public string? FirstNonFinite(Dictionary<string, TensorData> items, float share, CancellationToken cancel)
    {
        FeedStep(items, share);
        return NonFiniteSearch.Run(_graph, items, cancel);
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

    private void FeedStep(Dictionary<string, TensorData> items, float share)
    {
        Feed(items, Weights);
        items[_seed] = TensorData.Scalar(share);
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

/// <summary>What a part of a batch gives: memory that is written over part after part.</summary>
/// <param name="Scalars">Means over the part's items: loss, then accuracy, 0 when the objective knows none.</param>
/// <param name="Statistics">Mean and variance of each normalisation, in the layout of <see cref="TrainingProgram.Running"/>.</param>
/// <param name="Gradients">Of each weight, times the part's share, in the layout of <see cref="TrainingProgram.Weights"/>.</param>
/// <param name="Places">The same memory by the names of the graph's outputs.</param>
internal sealed record PartResult(float[] Scalars, float[] Statistics, float[] Gradients, Dictionary<string, TensorData> Places)
{
    /// <summary>Mean loss.</summary>
    public double Loss => Scalars[0];

    /// <summary>Mean accuracy; 0 when the objective knows none.</summary>
    public double Accuracy => Scalars[1];
}
