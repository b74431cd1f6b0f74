using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// Turns a model that computes in integers into the float model that it stands for: weights become real numbers again, and nothing is rounded on the way.
/// <code>
///   x ─ Q ─ DQ ─ Conv(DQ(w8), DQ(b32)) ─ Q ─ DQ ─ y      →      x ─ Conv(w, b) ─ Clip(0, largest) ─ y
/// </code>
/// A pair of QuantizeLinear (Q) and DequantizeLinear (DQ) around an activation vanishes, unless its range begins at 0 where the activation may be negative: then
/// quantisation is the model's rectifier, and a Clip to the range stays. QLinearConv and its like, ConvInteger, MatMulInteger and DynamicQuantizeLinear are
/// replaced as well. Values keep their names; those that held integers hold real numbers.
/// </summary>
public static class FloatGraph
{
    /// <summary>Operators that compute on integers without being Q or DQ; of <c>com.microsoft</c> those that ONNX Runtime's quantiser writes.</summary>
    internal const string IntegerOperators = "QLinearConv QLinearMatMul com.microsoft.QLinearAdd com.microsoft.QLinearMul com.microsoft.QLinearSigmoid com.microsoft.QLinearLeakyRelu "
        + "com.microsoft.QLinearGlobalAveragePool com.microsoft.QLinearConcat com.microsoft.QGemm com.microsoft.DynamicQuantizeMatMul com.microsoft.MatMulIntegerToFloat";

    private static readonly HashSet<string> Integers = new(IntegerOperators.Split(' '), StringComparer.Ordinal);

    /// <summary>Whether a graph quantises activations anywhere.</summary>
    public static bool IsQuantized(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Nodes.Any(node => node.OpType is "QuantizeLinear" or "DynamicQuantizeLinear" or "MatMulInteger" or "ConvInteger" || IsInteger(node));
    }

    /// <summary>Makes the float model.</summary>
    /// <param name="graph">The graph, at the working operator set.</param>
    /// <exception cref="UnsupportedOperatorException">Integers are used by an operator that has no float form here; the message names it.</exception>
    public static Graph Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return IsQuantized(graph) ? new FloatRewrite(Decompose.Run(graph, IsInteger)).Run() : graph;
    }

    private static bool IsInteger(Node node) => Integers.Contains(node.Domain.Length == 0 ? node.OpType : $"{node.Domain}.{node.OpType}");
}
