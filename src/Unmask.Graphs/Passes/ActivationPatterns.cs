namespace Unmask.Graphs;

/// <summary>The forms in which exporters write softmax, log-softmax and sigmoid.</summary>
internal sealed class ActivationPatterns(Graph graph)
{
    private readonly IReadOnlyDictionary<string, Node> _producers = graph.Producers();

    /// <summary>Whether a node passes its first input on unchanged but for layout and type.</summary>
    public static bool IsLayoutOnly(Node node) => node.Domain.Length == 0 && node.OpType switch
    {
        "Identity" or "Reshape" or "Squeeze" or "Unsqueeze" or "Flatten" or "Transpose" or "Dropout" => true,
        "Cast" => ((ElementType)node.Int("to", 0)).IsFloat(),
        _ => false,
    };

    /// <summary>The node that makes a value.</summary>
    public Node? Producer(string value) => _producers.GetValueOrDefault(value);

    /// <summary>What a value is, if it is the result of an activation: the kind, the value that it is applied to and the axis.</summary>
    public (FinalActivationKind Kind, string Logits, long? Axis)? Match(string value)
    {
        if (Producer(value) is not { Domain: "" } node)
        {
            return null;
        }

        return node.OpType switch
        {
            "Softmax" => (FinalActivationKind.Softmax, node.Inputs[0], SoftmaxAxis(node)),
            "LogSoftmax" => (FinalActivationKind.LogSoftmax, node.Inputs[0], SoftmaxAxis(node)),
            "Sigmoid" => (FinalActivationKind.Sigmoid, node.Inputs[0], null),
            "Div" or "Mul" or "Reciprocal" => Quotient(node),
            "Log" => Logarithm(node),
            "Sub" => Difference(node),
            _ => null,
        };
    }

    /// <summary>exp(z) / Σ exp(z), and 1 / (1 + exp(−x)).</summary>
    private (FinalActivationKind Kind, string Logits, long? Axis)? Quotient(Node node)
    {
        if (Ratio(node) is not var (over, under))
        {
            return null;
        }

        if (over is null)
        {
            return SigmoidDenominator(under) is { } x ? (FinalActivationKind.Sigmoid, x, null) : null;
        }

        return Is(over, "Exp") is { } exp && Is(under, "ReduceSum") is { } sum && Same(sum.Inputs[0], exp.Outputs[0]) && ReducedAxis(sum) is { } axis
            ? (FinalActivationKind.Softmax, WithoutMaximum(exp.Inputs[0]), axis)
            : null;
    }

    /// <summary>log softmax(x).</summary>
    private (FinalActivationKind Kind, string Logits, long? Axis)? Logarithm(Node log) =>
        Match(Origin(log.Inputs[0])) is (FinalActivationKind.Softmax, var logits, var axis) ? (FinalActivationKind.LogSoftmax, logits, axis) : null;

    /// <summary>x − log Σ exp(x), and z − log Σ exp(z) for z = x − max x.</summary>
    private (FinalActivationKind Kind, string Logits, long? Axis)? Difference(Node difference)
    {
        var (left, right) = (difference.Inputs[0], difference.Inputs[1]);
        if (Is(right, "ReduceLogSumExp") is { } whole && Same(whole.Inputs[0], left) && ReducedAxis(whole) is { } axis)
        {
            return (FinalActivationKind.LogSoftmax, left, axis);
        }

        return Is(right, "Log") is { } log && Is(log.Inputs[0], "ReduceSum") is { } sum && ReducedAxis(sum) is { } summed
            && Is(sum.Inputs[0], "Exp") is { } exp && Same(exp.Inputs[0], left)
            ? (FinalActivationKind.LogSoftmax, WithoutMaximum(left), summed)
            : null;
    }

    /// <summary>A quotient's two parts; what is divided is <c>null</c> where it is the number 1.</summary>
    private (string? Over, string Under)? Ratio(Node node) => node.OpType switch
    {
        "Div" => (IsOne(node.Inputs[0]) ? null : node.Inputs[0], node.Inputs[1]),
        "Reciprocal" => (null, node.Inputs[0]),
        _ when Is(node.Inputs[1], "Reciprocal") is { } inverse => (node.Inputs[0], inverse.Inputs[0]),
        _ when Is(node.Inputs[0], "Reciprocal") is { } inverse => (node.Inputs[1], inverse.Inputs[0]),
        _ => null,
    };

    /// <summary>x, where the value is 1 + exp(−x).</summary>
    private string? SigmoidDenominator(string value)
    {
        if (Is(value, "Add") is not { } add)
        {
            return null;
        }

        string? term = IsOne(add.Inputs[0]) ? add.Inputs[1] : IsOne(add.Inputs[1]) ? add.Inputs[0] : null;
        return term is not null && Is(term, "Exp") is { } exp && Is(exp.Inputs[0], "Neg") is { } negated ? negated.Inputs[0] : null;
    }

    /// <summary>x, where the value is x − max x, which gives the same softmax; otherwise the value itself.</summary>
    private string WithoutMaximum(string value) =>
        Is(value, "Sub") is { } shifted && Is(shifted.Inputs[1], "ReduceMax") is { } maximum
        && Same(maximum.Inputs[0], shifted.Inputs[0]) && ReducedAxis(maximum) is not null
            ? shifted.Inputs[0]
            : value;

    /// <summary>The one axis that a reduction keeps as a single entry.</summary>
    private long? ReducedAxis(Node reduction)
    {
        if (reduction.Int("keepdims", 1) != 1)
        {
            return null;
        }

        if (reduction.Ints("axes") is [var stated])
        {
            return stated;
        }

        return Constant(reduction.Input(1)) is { Type: ElementType.Int64, Count: 1 } axes ? axes.AsSpan<long>()[0] : null;
    }

    private long SoftmaxAxis(Node softmax) => softmax.Int("axis", graph.Opset is > 0 and < 13 ? 1 : -1);

    private bool IsOne(string value) => Constant(value) is { Count: 1 } constant && constant.Type switch
    {
        ElementType.Float32 => constant.AsSpan<float>()[0] == 1,
        ElementType.Float16 => constant.AsSpan<Half>()[0] == Half.One,
        ElementType.Float64 => constant.AsSpan<double>()[0] == 1,
        _ => false,
    };

    private TensorData? Constant(string value) => graph.Constants.GetValueOrDefault(Origin(value))
        ?? ((Is(value, "Constant")?.Attributes.GetValueOrDefault("value") as NodeAttribute.Tensor)?.Value);

    private Node? Is(string value, string opType) => Producer(Origin(value)) is { } node && node.Is(opType) ? node : null;

    private bool Same(string one, string other) => Origin(one) == Origin(other);

    /// <summary>The value that a chain of Identity nodes passes on.</summary>
    private string Origin(string value)
    {
        while (Producer(value) is { } node && node.Is("Identity"))
        {
            value = node.Inputs[0];
        }

        return value;
    }
}
