namespace Unmask.Graphs;

/// <summary>A convolution or matrix product with constant weights, which has an integer kernel.</summary>
/// <param name="Weights">The weights.</param>
/// <param name="Axis">Their axis of output channels.</param>
/// <param name="Bias">One number a channel; <c>null</c> without a bias.</param>
/// <param name="NeedsBytesOut">Whether the integer kernel only gives bytes.</param>
internal sealed record QuantizableProduct(TensorData Weights, int Axis, TensorData? Bias, bool NeedsBytesOut)
{
    /// <summary>The product that a node is; <c>null</c> when it is none, or has weights or factors that no integer kernel takes.</summary>
    public static QuantizableProduct? Of(Graph graph, Node node)
    {
        if (!IsProduct(node) || graph.Constants.GetValueOrDefault(node.Input(1)) is not { Type: ElementType.Float32 } weights || graph.Constants.ContainsKey(node.Inputs[0]))
        {
            return null;
        }

        var bias = graph.Constants.GetValueOrDefault(node.Input(2));
        return node.OpType switch
        {
            "Conv" when node.Input(2).Length == 0 || bias is not null => new(weights, 0, bias, NeedsBytesOut: true),
            "MatMul" when weights.Dimensions.Length == 2 => new(weights, 1, null, NeedsBytesOut: false),
            "Gemm" when IsPlain(node) && (node.Input(2).Length == 0 || bias is { Dimensions: [var count] } && count == Columns(node, weights)) =>
                new(weights, node.Int("transB", 0) == 1 ? 0 : 1, bias, NeedsBytesOut: false),
            _ => null,
        };
    }

    /// <summary>
    /// What each output channel gains, on average, when these weights take the place of the product's: Σ (w′ − w)·mean of the input's channel. Zeros that pad
    /// a border are not counted.
    /// </summary>
    /// <param name="replaced">w′, in the order of <see cref="Weights"/>.</param>
    /// <param name="means">The mean of each channel of the input.</param>
    public double[] Shift(ReadOnlySpan<float> replaced, ReadOnlySpan<float> means)
    {
        var weights = Weights.AsSpan<float>();
        int outputs = checked((int)Weights.Dimensions[Axis]), inputs = checked((int)Weights.Dimensions[1 - Axis]);
        int inner = weights.Length / (outputs * inputs), groups = means.Length / inputs;
        double[] shift = new double[outputs];
        for (int i = 0; i < weights.Length; i++)
        {
            int row = i / (inner * (Axis == 0 ? inputs : outputs)), column = i / inner % (Axis == 0 ? inputs : outputs);
            var (output, input) = Axis == 0 ? (row, column) : (column, row);
            // A group of output channels reads its own group of input channels.
            shift[output] += ((double)replaced[i] - weights[i]) * means[((output * groups / outputs) * inputs) + input];
        }

        return shift;
    }

    /// <summary>Whether a node is of a kind that could be a product with constant weights.</summary>
    public static bool IsProduct(Node node) => node.Domain.Length == 0 && node.OpType is "Conv" or "Gemm" or "MatMul";

    private static bool IsPlain(Node gemm) => gemm.Float("alpha", 1) == 1 && gemm.Float("beta", 1) == 1 && gemm.Int("transA", 0) == 0;

    private static long Columns(Node gemm, TensorData weights) => weights.Dimensions[gemm.Int("transB", 0) == 1 ? 0 : 1];
}
