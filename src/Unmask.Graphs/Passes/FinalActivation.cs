using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>What turns logits into the numbers that a model returns.</summary>
public enum FinalActivationKind
{
    /// <summary>Nothing that is recognised: the output is taken as it is.</summary>
    None,

    /// <summary>exp(x) / Σ exp(x): the output holds probabilities that add up to 1 over the class axis.</summary>
    Softmax,

    /// <summary>x − log Σ exp(x): the output holds the logarithms of such probabilities.</summary>
    LogSoftmax,

    /// <summary>1 / (1 + exp(−x)): the output holds a probability for each class by itself.</summary>
    Sigmoid,
}

/// <summary>
/// The activation that a classifier ends in, whether it is one operator or spelt out.
/// <code>
///   Gemm ─ logits ─ Softmax ─ activated ─ Reshape ─ Cast ─ output →
///                                         └─── tail ───┘
/// </code>
/// </summary>
/// <param name="Kind">Which one; never <see cref="FinalActivationKind.None"/>.</param>
/// <param name="Output">The output that was asked about.</param>
/// <param name="Logits">The value before the activation.</param>
/// <param name="Activated">The value right after the activation: probabilities, or their logarithms for <see cref="FinalActivationKind.LogSoftmax"/>.</param>
/// <param name="Axis">
/// The axis of <paramref name="Logits"/> over which a softmax normalises, as the file states it (negative counts from the end); <c>null</c> for a sigmoid.
/// </param>
/// <param name="Tail">The nodes from <paramref name="Activated"/> to <paramref name="Output"/>, in order. They change layout and type only.</param>
public sealed record FinalActivation(FinalActivationKind Kind, string Output, string Logits, string Activated, long? Axis, ImmutableArray<Node> Tail)
{
    /// <summary>Looks at what makes an output.</summary>
    /// <param name="graph">The graph, at any opset that it can be read at.</param>
    /// <param name="output">The name of an output (or of any value).</param>
    /// <returns>The activation; <c>null</c> when the output does not end in one that is known.</returns>
    public static FinalActivation? Find(Graph graph, string output)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var patterns = new ActivationPatterns(graph);
        var tail = ImmutableArray.CreateBuilder<Node>();
        string value = output;
        while (true)
        {
            if (patterns.Match(value) is { } found)
            {
                tail.Reverse();
                return new(found.Kind, output, found.Logits, value, found.Axis, tail.ToImmutable());
            }

            if (patterns.Producer(value) is not { } node || !ActivationPatterns.IsLayoutOnly(node) || node.Outputs[0] != value)
            {
                return null;
            }

            tail.Add(node);
            value = node.Inputs[0];
        }
    }
}
