namespace Unmask.Graphs;

/// <summary>
/// What all relevance methods share: LRP-0. «As the derivative» is a row like any other; an operator in no row is an error. Layer by layer this is
/// gradient × input on networks of rectifiers; it differs where a function is curved, where data are multiplied by data, and in normalisations.
/// </summary>
internal static class RelevanceRules
{
    // Homogeneous of degree 1: the derivative passes all relevance.
    private const string Homogeneous = "Relu LeakyRelu PRelu Abs Identity Dropout Neg Cast CastLike";

    private const string ZeroAtZero = "Tanh Erf Gelu HardSwish Swish Mish Elu Selu Celu Softsign Shrink ThresholdedRelu Sin Tan Asin Atan Sinh Asinh Atanh Sqrt Pow LRN RMSNormalization";

    private const string NotZeroAtZero = "Sigmoid HardSigmoid Softplus Exp Cos Cosh Clip";

    // Proportional to what was added; a product or quotient with one operand of data is linear.
    private const string Proportional = "Add Sum Sub Mean Mul Div MatMul Gemm Einsum BatchNormalization Conv ConvTranspose AveragePool GlobalAveragePool ReduceSum ReduceMean CumSum Resize "
        + "QuantizeLinear DequantizeLinear";

    private const string WinnerTakesAll = "MaxPool GlobalMaxPool ReduceMax ReduceMin Max Min TopK Where";

    /// <summary>The rule set.</summary>
    public static RuleSet Set { get; } = new Composite(
    [
        new(NodeSelector.Linear, NodeRule.Epsilon(0)),
        new(NodeSelector.Product, NodeRule.Signal.Except("MatMul")),
        new(NodeSelector.Product, NodeRule.Half),
        .. Rows(NotZeroAtZero, NodeRule.Secant),
        .. Rows(ZeroAtZero, NodeRule.Pass),
        .. Rows(Homogeneous, NodeRule.Gradient),
        .. Rows(Proportional, NodeRule.Gradient),
        .. Rows(WinnerTakesAll, NodeRule.Gradient),
        .. Rows("Softmax LogSoftmax", NodeRule.Gradient),
        .. Rows("LayerNormalization", NodeRule.FrozenNorm),
        new(new NodeSelector("copies", static (node, scope) => StandardRules.Table.For(node, scope.Graph.Opset)?.Kind is RuleKind.Select or RuleKind.Zero or RuleKind.Never), NodeRule.Gradient),
    ]).Over(new RuleTable().Decomposed("LSTM GRU RNN GridSample QLinearConv QLinearMatMul GroupNormalization InstanceNormalization LpNormalization ReduceL2 ReduceSumSquare")
        .Decomposed(MicrosoftParts.Operators));

    private static IEnumerable<CompositeRow> Rows(string operators, NodeRule rule) => operators.Split(' ').Select(name => new CompositeRow(NodeSelector.Operator(name), rule));
}
