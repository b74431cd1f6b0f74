using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// Finds activations that an exporter wrote out, and writes them as the one operator that they are, so that rule sets see one function.
/// <code>
///   x ─ Div(√2) ─ Erf ─ Add(1) ─ Mul(x) ─ Mul(½) ─ y       →      x ─ Gelu ─ y
///   x ─ Add(3) ─ Clip(0, 6) ─ Mul(x) ─ Div(6) ─ y           →      x ─ HardSwish ─ y
/// </code>
/// What the model computes stays the same up to rounding.
/// </summary>
/// <remarks>SiLU (x·sigmoid x) has no operator before version 24; it stays a product and is found by <see cref="IsSilu"/>.</remarks>
public static class RecognizeActivations
{
    private static readonly double TanhScale = Math.Sqrt(2 / Math.PI);

    /// <summary>Recognises activations in the main graph.</summary>
    public static Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var scope = new PatternScope(graph);
        ImmutableArray<Node> nodes = [.. graph.Nodes.Select(node => Recognize(node, scope) ?? node)];
        return nodes.SequenceEqual(graph.Nodes) ? graph : PruneUnreachable.Run(graph with { Nodes = nodes });
    }

    /// <summary>Whether a node is the product of SiLU, x·sigmoid x; its other operand is the gate.</summary>
    public static bool IsSilu(Node node, Graph graph)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(graph);
        var scope = new PatternScope(graph);
        return node.Is("Mul") && Enumerable.Range(0, 2).Any(i => scope.Made(node.Inputs[i], "Sigmoid")?.Inputs[0] == node.Inputs[1 - i]);
    }

    private static Node? Recognize(Node node, PatternScope scope)
    {
        if (!node.Is("Mul") && !node.Is("Div"))
        {
            return null;
        }

        if (scope.Product(node.Outputs[0]) is not (var number, [var one, var other]))
        {
            return null;
        }

        return As(node, number, one, other, scope) ?? As(node, number, other, one, scope);
    }

    private static Node? As(Node node, double number, string x, string gate, PatternScope scope)
    {
        if (PatternScope.Near(number, 0.5) && scope.WithNumber(scope.Made(gate, "Add")) is (var curve, 1))
        {
            return IsErf(curve, x, scope) ? New(node, "Gelu", x)
                : IsTanh(curve, x, scope) ? New(node, "Gelu", x).With("approximate", "tanh")
                : null;
        }

        bool clips = PatternScope.Near(number, 1.0 / 6) && scope.Made(gate, "Clip") is { } clip && scope.Number(clip.Input(1)) is 0 && scope.Number(clip.Input(2)) is 6
            && scope.WithNumber(scope.Made(clip.Inputs[0], "Add")) is (var shifted, 3) && shifted == x;
        bool gates = PatternScope.Near(number, 1) && scope.Made(gate, "HardSigmoid") is { } sigmoid && sigmoid.Inputs[0] == x
            && PatternScope.Near(sigmoid.Float("alpha", 0.2f), 1.0 / 6) && sigmoid.Float("beta", 0.5f) is 0.5f;
        return clips || gates ? New(node, "HardSwish", x) : null;
    }

    // erf(x/√2)
    private static bool IsErf(string curve, string x, PatternScope scope) =>
        scope.Made(curve, "Erf") is { } erf && scope.Product(erf.Inputs[0]) is (var scale, [var inner]) && inner == x && PatternScope.Near(scale, Math.Sqrt(0.5));

    // tanh(√(2/π)·(x + 0.044715 x³))
    private static bool IsTanh(string curve, string x, PatternScope scope)
    {
        if (scope.Made(curve, "Tanh") is not { } tanh || scope.Product(tanh.Inputs[0]) is not (var scale, [var sum]) || !PatternScope.Near(scale, TanhScale)
            || scope.Made(sum, "Add") is not { } add || !add.Inputs.Contains(x))
        {
            return false;
        }

        var (cubic, factors) = scope.Product(add.Inputs[0] == x ? add.Inputs[1] : add.Inputs[0]);
        return factors.Count == 3 && factors.All(factor => factor == x) && PatternScope.Near(cubic, 0.044715);
    }

    private static Node New(Node node, string opType, string x) => new(node.Name, opType, [x], node.Outputs) { Origin = node.Origin, Metadata = node.Metadata };
}
