using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// Finds layer normalisations over the last axis that an exporter wrote out, and writes them as one operator.
/// <code>
///   x ┬ ReduceMean ┐                                                            x ─ LayerNormalization(γ, β) ─ y
///     └───────── Sub ┬ Pow(2) ─ ReduceMean ─ Add(ε) ─ Sqrt ┐             →
///                    └──────────────────────────────── Div ─ Mul(γ) ─ Add(β) ─ y
/// </code>
/// </summary>
public static class RecognizeLayerNormalization
{
    /// <summary>Recognises layer normalisations in the main graph.</summary>
    public static Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var scope = new PatternScope(graph);
        ImmutableArray<Node> nodes = [.. graph.Nodes.Select(node => Whole(node, scope) ?? node)];
        return nodes.SequenceEqual(graph.Nodes) ? graph : PruneUnreachable.Run(graph with { Nodes = nodes });
    }

    private static Node? Whole(Node node, PatternScope scope)
    {
        if (!node.Is("Add") || Parameter(node, scope) is not var (scaled, offset) || scope.Made(scaled, "Mul") is not { } product
            || Parameter(product, scope) is not var (normal, scale) || Standardized(normal, scope) is not var (x, epsilon))
        {
            return null;
        }

        return new Node(node.Name, "LayerNormalization", [x, scale, offset], node.Outputs) { Origin = node.Origin, Metadata = node.Metadata }
            .With("axis", -1L).With("epsilon", (float)epsilon);
    }

    /// <summary>The operand that is data, and the other, a constant vector.</summary>
    private static (string Data, string Constant)? Parameter(Node node, PatternScope scope) =>
        scope.ConstantOf(node.Inputs[1]) is { Dimensions.Length: 1 } ? (node.Inputs[0], node.Inputs[1])
        : scope.ConstantOf(node.Inputs[0]) is { Dimensions.Length: 1 } ? (node.Inputs[1], node.Inputs[0])
        : null;

    /// <summary>(x − mean)/√(variance + ε): x and ε.</summary>
    private static (string X, double Epsilon)? Standardized(string value, PatternScope scope)
    {
        if (scope.Made(value, "Div") is not { } quotient || scope.Made(quotient.Inputs[0], "Sub") is not { } centred
            || scope.Made(quotient.Inputs[1], "Sqrt") is not { } root || scope.WithNumber(scope.Made(root.Inputs[0], "Add")) is not var (variance, epsilon)
            || MeanOverLast(variance, scope) is not { } square || MeanOverLast(centred.Inputs[1], scope) != centred.Inputs[0])
        {
            return null;
        }

        var (number, factors) = scope.Product(square);
        return number == 1 && factors.Count == 2 && factors.All(factor => SameDifference(factor, centred, scope)) ? (centred.Inputs[0], epsilon) : null;
    }

    // Some exporters compute the difference twice.
    private static bool SameDifference(string value, Node centred, PatternScope scope) => value == centred.Outputs[0]
        || (scope.Made(value, "Sub") is { } other && other.Inputs[0] == centred.Inputs[0] && MeanOverLast(other.Inputs[1], scope) == centred.Inputs[0]);

    private static string? MeanOverLast(string value, PatternScope scope) =>
        scope.Made(value, "ReduceMean") is { } mean && mean.Int("keepdims", 1) == 1 && scope.Number(mean.Input(1)) is -1 ? mean.Inputs[0] : null;
}
