namespace Unmask.Graphs;

/// <summary>A classifier of which both logits and probabilities can be read.</summary>
/// <param name="Graph">The model; logits and probabilities are outputs after those that it had.</param>
/// <param name="Kind">What the model ends in.</param>
/// <param name="Logits">The output before the activation, in the shape of the output that was asked about; that output itself when nothing is known.</param>
/// <param name="Probabilities">The output that holds probabilities, in the same shape; <c>null</c> when the model does not say what makes them.</param>
public sealed record SplitOutputs(Graph Graph, FinalActivationKind Kind, string Logits, string? Probabilities);

/// <summary>
/// Makes both the logits and the probabilities of a classifier outputs.
/// <code>
///   Gemm ─ z ─ Softmax ─ p ─ Squeeze ─ y →      Gemm ─ z ┬ Softmax ─ p ─ Squeeze ─ y →              (probabilities)
///                                                        └ Squeeze ─ y_logits →                     (logits)
/// </code>
/// What follows the activation (reshapes, casts) is repeated on the logits, so that both have one shape. A log-softmax gets an Exp behind it.
/// Without anything behind the activation, the logits are output under the name that they have in the model.
/// </summary>
public static class SplitFinalActivation
{
    /// <summary>Makes logits and probabilities outputs.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="output">The name of the output with the scores.</param>
    /// <exception cref="ArgumentException">There is no such output.</exception>
    public static SplitOutputs Run(Graph graph, string output)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (graph.Outputs.FirstOrDefault(value => value.Name == output) is not { } scores)
        {
            string there = string.Join(", ", graph.Outputs.Select(value => $"\"{value.Name}\""));
            throw new ArgumentException($"The graph \"{graph.Name}\" has no output \"{output}\". It has: {there}.", nameof(output));
        }

        if (FinalActivation.Find(graph, output) is not { } found)
        {
            return new(graph, FinalActivationKind.None, output, null);
        }

        var builder = graph.ToBuilder();
        string logits = Repeat(builder, found, scores, graph);
        string probabilities = output;
        if (found.Kind == FinalActivationKind.LogSoftmax)
        {
            probabilities = builder.Fresh($"{output}_probabilities");
            builder.Append(new Node(builder.Fresh($"{probabilities}_Exp"), "Exp", [output], [probabilities]));
            builder.Output(probabilities, scores.Element, scores.Shape);
        }

        var split = builder.Build();
        return new(split with { InnerTypes = split.InnerTypes.Remove(logits) }, found.Kind, logits, probabilities);
    }

    /// <summary>The nodes behind the activation once more, on the logits.</summary>
    private static string Repeat(GraphBuilder builder, FinalActivation found, Value scores, Graph graph)
    {
        string value = found.Logits;
        foreach (var node in found.Tail)
        {
            string next = builder.Fresh($"{node.Outputs[0]}_logits");
            builder.Append(node with { Name = builder.Fresh($"{node.Name}_logits"), Inputs = node.Inputs.SetItem(0, value), Outputs = [next] });
            value = next;
        }

        if (graph.Outputs.All(output => output.Name != value))
        {
            builder.Output(value, scores.Element, scores.Shape);
        }

        return value;
    }
}
