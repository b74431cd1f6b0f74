using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// Lets a float32 model compute in 8-bit integers where that is fast: convolutions, matrix products, sums, pooling and concatenation. It only adds pairs of
/// QuantizeLinear (Q) and DequantizeLinear (DQ); a runtime fuses each operator with the pairs around it into an integer kernel.
/// <code>
///   x ─ Conv(w, b) ─ Relu ─ y ─ Gemm ─ z →
///
///   x ─ Q ─ DQ ─ Conv(DQ(w8), DQ(b32)) ─ Relu ─ y ─ Q ─ DQ ─ Gemm(DQ(v8), DQ(c32)) ─ z →
/// </code>
/// Activations are unsigned bytes over the range that was observed; weights are signed bytes with a step for each output channel; biases are 32-bit integers in steps
/// of (input's step × weight's step). Outputs stay floats, as exact as the last product leaves them.
/// </summary>
public static class QuantizeInt8
{
    /// <summary>Why a model cannot be quantised, as the end of a sentence that begins with «the model»; <c>null</c> when it can.</summary>
    /// <param name="graph">The graph, at the working operator set.</param>
    public static string? Obstacle(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (graph.Nodes.FirstOrDefault(IsQuantized) is { } node)
        {
            return $"is quantised already (it has {node.OpType})";
        }

        var products = graph.Nodes.Where(QuantizableProduct.IsProduct).ToList();
        var other = products.Select(product => graph.Constants.GetValueOrDefault(product.Input(1))?.Type).FirstOrDefault(type => type is not null and not ElementType.Float32);
        if (other is not null)
        {
            return $"computes in {other}, not in Float32";
        }

        return QuantizationPlan.Of(graph).Products.Count == 0 ? "has no convolution or matrix product with constant weights before its last" : null;
    }

    /// <summary>The values whose ranges <see cref="Run"/> asks for.</summary>
    /// <param name="graph">The graph.</param>
    public static ImmutableArray<string> Values(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var plan = QuantizationPlan.Of(graph);
        return [.. plan.Values.Select(plan.RangeOf).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The inputs of products, whose means <see cref="Run"/> makes use of.</summary>
    /// <param name="graph">The graph.</param>
    public static ImmutableArray<ChannelMeans> Inputs(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var products = QuantizationPlan.Of(graph).Products;
        return
        [
            .. graph.Nodes.Where(node => products.ContainsKey(node.Name) && !node.Is("MatMul")).DistinctBy(node => node.Inputs[0]).Select(node =>
            {
                var (weights, axis) = (products[node.Name].Weights, products[node.Name].Axis);
                return new ChannelMeans(node.Inputs[0], weights.Dimensions[1 - axis] * node.Int("group", 1), weights.Dimensions.Length);
            }),
        ];
    }

    /// <summary>Adds the pairs.</summary>
    /// <param name="graph">The graph, at the working operator set; see <see cref="Obstacle"/>.</param>
    /// <param name="seen">
    /// The range of each of <see cref="Values"/>, and the means of <see cref="Inputs"/>: where they are known, biases make up for what rounding the weights adds on average.
    /// </param>
    /// <exception cref="ArgumentException">A range is missing or not finite.</exception>
    public static Graph Run(Graph graph, Observations seen)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(seen);
        return PruneUnreachable.Run(new QuantizationRewrite(graph, seen).Run());
    }

    private static bool IsQuantized(Node node) => node.OpType is "QuantizeLinear" or "DequantizeLinear" or "DynamicQuantizeLinear"
        || node.OpType.StartsWith("QLinear", StringComparison.Ordinal) || node.OpType.EndsWith("Integer", StringComparison.Ordinal);
}
