using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>Writes the float form of a quantised graph, node by node.</summary>
internal sealed class FloatRewrite
{
    // What copies elements, or chooses among them in their order, does to real numbers what it does to their integers.
    private static readonly HashSet<string> Copying = new(
        ("MaxPool GlobalMaxPool ReduceMax ReduceMin Reshape Transpose Flatten Squeeze Unsqueeze Slice Split Concat Gather GatherND GatherElements Identity Pad Expand Tile DepthToSpace "
            + "SpaceToDepth Shape Size").Split(' '),
        StringComparer.Ordinal);

    private static readonly HashSet<string> NeverNegative = new("Relu Sigmoid Softmax HardSigmoid Exp Abs ReduceL1 ReduceL2".Split(' '), StringComparer.Ordinal);

    private static readonly HashSet<string> KeepsSign = new(
        [.. Copying, "AveragePool", "GlobalAveragePool", "ReduceMean", "DequantizeLinear", "QuantizeLinear", "Dropout", "Cast"], StringComparer.Ordinal);

    private readonly Graph _graph;
    private readonly Emitter _emitter;
    private readonly IReadOnlyDictionary<string, Node> _producers;
    private readonly HashSet<string> _real = new(StringComparer.Ordinal);

    public FloatRewrite(Graph graph)
    {
        _graph = graph with
        {
            InnerTypes = graph.InnerTypes.RemoveRange(graph.InnerTypes.Where(pair => pair.Value is ValueType.Tensor tensor && IsStored(tensor.Element)).Select(pair => pair.Key)),
        };
        _emitter = Emitter.Rewriting(_graph);
        _producers = graph.Producers();
    }

    public Graph Run()
    {
        foreach (var node in _graph.Nodes)
        {
            (_emitter.Prefix, _emitter.Origin) = (node.Name, node.Origin);
            Visit(node);
        }

        return _emitter.Build(_graph.Outputs);
    }

    private void Visit(Node node)
    {
        switch (node.Domain is "" or "com.microsoft" ? node.OpType : "")
        {
            case "QuantizeLinear":
                Replace(node, Rectified(node, Value(node, 0)));
                break;
            case "DequantizeLinear" when _real.Contains(node.Inputs[0]):
                _emitter.Bind(Value(node, 0), node.Outputs[0]);
                break;
            case "DequantizeLinear" when Dequantized(node) is { } constant:
                _emitter.Bind(_emitter.Constant(constant, "real"), node.Outputs[0]);
                break;
            case "DynamicQuantizeLinear":
                // In real numbers a step of 1 and a zero of 0 make y = x.
                Replace(node, Value(node, 0), _emitter.Constant(TensorData.Scalar(1f)), _emitter.Constant(TensorData.Scalar((byte)0)));
                break;
            case "MatMulInteger":
                Replace(node, Value(node, 0).MatMul(RealWeights(node)));
                break;
            case "ConvInteger":
                Replace(node, _emitter.Add("Conv", [Value(node, 0), RealWeights(node)], [.. node.Attributes.Select(pair => (pair.Key, pair.Value))]));
                break;
            default:
                Keep(node);
                break;
        }
    }

    private void Replace(Node node, params Expression[] made)
    {
        for (int i = 0; i < made.Length; i++)
        {
            _emitter.Bind(made[i], node.Output(i));
        }

        _real.Add(node.Outputs[0]);
    }

    /// <summary>A node that is not about integers; where it reads some, it must be indifferent to what they are.</summary>
    private void Keep(Node node)
    {
        bool readsReal = SubgraphScopes.Reads(node).Any(_real.Contains);
        if (readsReal && IsCast(node))
        {
            readsReal = false;
        }
        else if (readsReal && (!Copying.Contains(node.OpType) || node.Inputs.Any(input => !_real.Contains(input) && _emitter.TypeOf(input) is { } type && IsStored(type.Element) && type.Element != ElementType.Int32)))
        {
            throw UnsupportedOperatorException.At(node, "The quantised model has no float form: {op} computes on its integers");
        }

        _emitter.Keep(node);
        _real.UnionWith(readsReal && node.OpType is not ("Shape" or "Size") ? node.Outputs.Take(node.Is("MaxPool") ? 1 : int.MaxValue) : []);
    }

    // A product of integers (not Q's output) that becomes a float: its steps are multiplied afterwards.
    private bool IsCast(Node node) => node.Is("Cast") && _producers.GetValueOrDefault(node.Inputs[0]) is { OpType: "MatMulInteger" or "ConvInteger" };

    private Expression Value(Node node, int input) => _emitter.Value(node.Inputs[input]);

    /// <summary>Inputs: x, w, zero of x, zero of w.</summary>
    private Expression RealWeights(Node node)
    {
        var axis = node.Is("MatMulInteger") ? -1 : 0;
        return ConstantOf(node.Inputs[1]) is { } weights && (node.Input(3).Length == 0 || ConstantOf(node.Input(3)) is not null) && _real.Contains(node.Inputs[0])
            && DequantizedConstant.Of(weights, null, ConstantOf(node.Input(3)), axis) is { } real
            ? _emitter.Constant(real, "real")
            : throw UnsupportedOperatorException.At(node, "The quantised model has no float form: {op} must multiply activations by constant weights");
    }

    private TensorData? Dequantized(Node node) =>
        node.Int("block_size", 0) == 0 && ConstantOf(node.Inputs[0]) is { } values && ConstantOf(node.Inputs[1]) is { } scale && (node.Input(2).Length == 0 || ConstantOf(node.Input(2)) is not null)
            ? DequantizedConstant.Of(values, scale, ConstantOf(node.Input(2)), node.Int("axis", 1))
            : null;

    /// <summary>The activation, clipped to the range where that is a rectifier which the model does not have otherwise.</summary>
    private Expression Rectified(Node node, Expression x)
    {
        if (ConstantOf(node.Inputs[1]) is not { Type: ElementType.Float32, Count: 1 } scale || IsNeverNegative(node.Inputs[0], 0) || LevelsAboveZero(node) is not { } levels)
        {
            return x;
        }

        return Expression.Emit("Clip", x, 0, levels * scale.AsSpan<float>()[0]);
    }

    /// <summary>The number of levels above 0, where there are none below; <c>null</c> where there are.</summary>
    private double? LevelsAboveZero(Node node) => ConstantOf(node.Input(2)) switch
    {
        { Type: ElementType.UInt8, Count: 1 } zero when zero.AsSpan<byte>()[0] == byte.MinValue => byte.MaxValue,
        { Type: ElementType.Int8, Count: 1 } zero when zero.AsSpan<sbyte>()[0] == sbyte.MinValue => byte.MaxValue,
        { Type: ElementType.UInt16, Count: 1 } zero when zero.AsSpan<ushort>()[0] == ushort.MinValue => ushort.MaxValue,
        { Type: ElementType.Int16, Count: 1 } zero when zero.AsSpan<short>()[0] == short.MinValue => ushort.MaxValue,
        null when node.Input(2).Length == 0 && node.Int("output_dtype", (long)ElementType.UInt8) == (long)ElementType.UInt8 => byte.MaxValue,
        _ => null,
    };

    private bool IsNeverNegative(string value, int depth)
    {
        const int farEnough = 64;
        return depth < farEnough && _producers.GetValueOrDefault(value) is { Domain: "" } node
            && (NeverNegative.Contains(node.OpType) || (node.Is("QuantizeLinear") && LevelsAboveZero(node) is not null)
                || (node.Is("Clip") && _emitter.NumbersOf(node.Input(1)) is [>= 0])
                || (KeepsSign.Contains(node.OpType) && node.OpType is not ("Pad" or "Concat") && IsNeverNegative(node.Inputs[0], depth + 1))
                || (node.OpType is "Concat" or "Add" && node.Inputs.All(input => IsNeverNegative(input, depth + 1))));
    }

    private TensorData? ConstantOf(string name) => name.Length == 0 ? null
        : _graph.Constants.GetValueOrDefault(name)
            ?? (_producers.GetValueOrDefault(name) is { OpType: "Constant" } node ? (node.Attributes.GetValueOrDefault("value") as NodeAttribute.Tensor)?.Value : null);

    private static bool IsStored(ElementType element) =>
        element is ElementType.Int8 or ElementType.UInt8 or ElementType.Int16 or ElementType.UInt16 or ElementType.Int32;
}
