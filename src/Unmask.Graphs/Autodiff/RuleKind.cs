namespace Unmask.Graphs;

/// <summary>What an operator is to a backward pass. Rule sets are stated by kind wherever possible.</summary>
public enum RuleKind
{
    /// <summary>Linear in its data; the other operand is constant: Conv, Gemm, Add, AveragePool, BatchNormalization, ReduceSum.</summary>
    Linear,

    /// <summary>Each element made copies one element read, whatever the values: Reshape, Slice, Gather, Concat, Pad.</summary>
    Select,

    /// <summary>A function of one element: Relu, Sigmoid, Exp.</summary>
    Unary,

    /// <summary>A product of operands that both carry data: Mul, MatMul, Einsum, Div. With one constant operand it is linear.</summary>
    Bilinear,

    /// <summary>A selection that depends on the values: MaxPool, ReduceMax, TopK.</summary>
    Choose,

    /// <summary>Made of the other kinds, with a rule of its own: Softmax, LayerNormalization, LSTM.</summary>
    Composite,

    /// <summary>Constant almost everywhere, so that nothing flows back: Floor, Sign.</summary>
    Zero,

    /// <summary>Not a function of real numbers, or about shapes alone: Shape, ArgMax, Equal. Nothing is asked of it.</summary>
    Never,
}
