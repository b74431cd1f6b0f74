using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// Multiplies batch normalisations into the convolutions before them, as far as both are constant: y = γ·(w∗x + b − μ) ÷ √(σ² + ε) + β is a convolution with
/// the weights w·γ ÷ √(σ² + ε).
/// <code>
///   x ─ Conv ─ BatchNormalization ─ y →            x ─ Conv ─ y →
/// </code>
/// A convolution whose result somebody else reads as well stays as it is.
/// </summary>
public static class FoldBatchNormalization
{
    /// <summary>Folds what can be folded.</summary>
    /// <param name="graph">The graph.</param>
    public static Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var readers = ValueReaders.Of(graph);
        var producers = graph.Producers();
        var nodes = new List<Node>();
        var constants = graph.Constants.ToBuilder();
        var folded = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in graph.Nodes)
        {
            if (producers.GetValueOrDefault(node.Input(0)) is { } conv && Foldable(graph, readers, conv, node))
            {
                int at = nodes.FindIndex(candidate => candidate.Name == conv.Name);
                nodes[at] = Fold(graph, constants, conv, node);
                folded.Add(conv.Outputs[0]);
            }
            else
            {
                nodes.Add(node);
            }
        }

        return folded.Count == 0
            ? graph
            : PruneUnreachable.Run(graph with { Nodes = [.. nodes], Constants = constants.ToImmutable(), InnerTypes = graph.InnerTypes.RemoveRange(folded) });
    }

    private static bool Foldable(Graph graph, ValueReaders readers, Node conv, Node norm) =>
        norm.Is("BatchNormalization") && norm.Outputs.Count(output => output.Length > 0) == 1 && norm.Int("training_mode", 0) == 0
        && conv.Is("Conv") && readers.Only(conv.Outputs[0]) is not null
        && conv.Inputs.Skip(1).Concat(norm.Inputs.Skip(1)).All(name => name.Length == 0 || graph.Constants.GetValueOrDefault(name)?.Type == ElementType.Float32);

    private static Node Fold(Graph graph, ImmutableDictionary<string, TensorData>.Builder constants, Node conv, Node norm)
    {
        var weights = graph.Constants[conv.Inputs[1]];
        var (gamma, beta, mean, variance) = (Values(graph, norm, 1), Values(graph, norm, 2), Values(graph, norm, 3), Values(graph, norm, 4));
        float[] scaled = weights.AsSpan<float>().ToArray();
        float[] bias = new float[gamma.Length];
        int length = scaled.Length / gamma.Length;
        for (int channel = 0; channel < bias.Length; channel++)
        {
            double factor = gamma[channel] / Math.Sqrt((double)variance[channel] + norm.Float("epsilon", 1e-5f));
            double old = conv.Input(2).Length > 0 ? graph.Constants[conv.Inputs[2]].AsSpan<float>()[channel] : 0;
            bias[channel] = (float)(((old - mean[channel]) * factor) + beta[channel]);
            for (int i = channel * length; i < (channel + 1) * length; i++)
            {
                scaled[i] = (float)(scaled[i] * factor);
            }
        }

        // Named by the node's result, which is unique: the old constants may serve others as well.
        string hint = norm.Outputs[0];
        constants[$"{hint}_folded_weights"] = TensorData.Adopt(scaled, weights.Dimensions.AsSpan());
        constants[$"{hint}_folded_bias"] = TensorData.Adopt(bias, bias.Length);
        return conv with { Inputs = [conv.Inputs[0], $"{hint}_folded_weights", $"{hint}_folded_bias"], Outputs = [hint] };
    }

    private static float[] Values(Graph graph, Node norm, int input) => graph.Constants[norm.Inputs[input]].AsSpan<float>().ToArray();
}
