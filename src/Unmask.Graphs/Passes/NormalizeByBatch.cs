using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// Sets batch normalisations to training: they normalise by the mean and variance of the batch, and return both.
/// <code>
///   x ─ BatchNormalization(γ, β, μ, σ²) ─ y      →      x ─ BatchNormalization(γ, β, μ, σ²; training) ─ y
///                                                              ├ batch mean →
///                                                              └ batch variance →
/// </code>
/// Normalisations that are not asked for, or whose μ and σ² are not constants, stay as they are.
/// </summary>
public static class NormalizeByBatch
{
    /// <summary>Sets the normalisations of the main graph to training and makes the batch's statistics outputs.</summary>
    /// <param name="graph">The graph, at operator set 15 or above.</param>
    /// <param name="which">Which normalisations; <c>null</c>: all.</param>
    /// <returns>The graph, and for each normalisation where its statistics are.</returns>
    public static (Graph Graph, ImmutableArray<BatchStatistics> Statistics) Run(Graph graph, Predicate<Node>? which = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var names = new HashSet<string>(graph.AllNames(), StringComparer.Ordinal);
        var statistics = ImmutableArray.CreateBuilder<BatchStatistics>();
        var outputs = graph.Outputs.ToBuilder();
        var nodes = graph.Nodes.ToBuilder();
        for (int i = 0; i < nodes.Count; i++)
        {
            var node = nodes[i];
            if (!node.Is("BatchNormalization") || which?.Invoke(node) == false || !graph.Constants.TryGetValue(node.Input(3), out var mean) || !graph.Constants.ContainsKey(node.Input(4)))
            {
                continue;
            }

            string batchMean = UniqueNames.Fresh(names, $"{node.Name}/BatchMean"), batchVariance = UniqueNames.Fresh(names, $"{node.Name}/BatchVariance");
            statistics.Add(new(node.Name, node.Inputs[3], node.Inputs[4], batchMean, batchVariance));
            outputs.Add(new Value(batchMean, mean.Type, mean.Shape));
            outputs.Add(new Value(batchVariance, mean.Type, mean.Shape));
            // With momentum 0 the operator's «running» statistics are those of the batch.
            nodes[i] = (node with { Outputs = [node.Outputs[0], batchMean, batchVariance] }).With("training_mode", 1L).With("momentum", 0f);
        }

        return (graph with { Nodes = nodes.ToImmutable(), Outputs = outputs.ToImmutable() }, statistics.ToImmutable());
    }
}

/// <summary>Where the statistics of a batch normalisation are.</summary>
/// <param name="Node">The normalisation's name.</param>
/// <param name="Mean">The constant that holds the running mean, [C].</param>
/// <param name="Variance">The constant that holds the running variance, [C].</param>
/// <param name="BatchMean">The output that holds the batch's mean, [C].</param>
/// <param name="BatchVariance">The output that holds the batch's variance (division by the number of elements), [C].</param>
public sealed record BatchStatistics(string Node, string Mean, string Variance, string BatchMean, string BatchVariance);
