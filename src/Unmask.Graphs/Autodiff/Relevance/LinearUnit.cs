namespace Unmask.Graphs;

/// <summary>
/// A linear node as relevance rules see it: z = W x + b, with what is merged into it (<see cref="LinearTails"/>), W x and Wᵀ s for any W of the
/// same shape, and the relevance R = z ⊙ m that arrives. Conv, ConvTranspose, Gemm, MatMul with one operand of data; BatchNormalization is the diagonal case.
/// </summary>
internal sealed class LinearUnit
{
    private readonly Backward _b;
    private readonly Node _core;
    private readonly int _data;
    private readonly RuleRow _transpose;

    public LinearUnit(Backward b, RuleScope scope)
    {
        _b = b;
        _data = scope.DataOf(b.Node);
        _core = Core(b.Node);
        _transpose = StandardRules.Table.For(_core, scope.Graph.Opset) ?? throw b.Refuse("No derivative for {op}");
        X = b.X(_data);
        IsNonNegative = scope.IsNonNegative(b.Node.Inputs[_data]);
        var tail = scope.Tails.Of(b.Node);
        (W, Bias) = Merge(tail, scope);
        Z = tail is [.., var last] ? b.Emitter.Value(last.Outputs[0]) : b.Y();
        IsRectified = scope.Readers[Z.Name].Any() && scope.Readers[Z.Name].All(reader => reader.Is("Relu")) && Z.Name != scope.Target && !scope.Cuts.Contains(Z.Name);
    }

    /// <summary>What the layer reads.</summary>
    public Expression X { get; }

    /// <summary>Its weights, factors behind it included.</summary>
    public Expression W { get; }

    /// <summary>Its bias, in a shape that is added to what it makes; <c>null</c>: it has none.</summary>
    public Expression? Bias { get; }

    /// <summary>What it makes, bias included.</summary>
    public Expression Z { get; }

    /// <summary>Whether x ≥ 0 whatever the input, so that terms in x⁻ can be left out.</summary>
    public bool IsNonNegative { get; }

    /// <summary>Whether nothing but rectifiers reads z, so that nothing flows back to z ≤ 0.</summary>
    public bool IsRectified { get; }

    /// <summary>The multiplier m of z.</summary>
    public Expression Dy => _b.Dy();

    /// <summary>R = z ⊙ m.</summary>
    public Expression Relevance => Z * _b.Dy();

    /// <summary>max(W, 0).</summary>
    public Expression Positive => W.Relu();

    /// <summary>min(W, 0).</summary>
    public Expression Negative => -(-W).Relu();

    /// <summary>W x, without bias.</summary>
    public Expression Apply(Expression x, Expression w) => _b.Emitter.Copy(_core, _data == 0 ? [x, w] : [w, x])[0];

    /// <summary>Wᵀ s.</summary>
    public Expression Transpose(Expression s, Expression w)
    {
        bool[] needs = [_data == 0, _data == 1];
        var inner = new Backward(_b.Emitter, _core, [s], needs, null, _data == 0 ? [X, w] : [w, X]);
        _transpose.Flow(inner);
        return inner.Flows[_data] ?? X.Zeros();
    }

    /// <summary>Sends a multiplier to the input.</summary>
    public void Send(Expression multiplier) => _b.Flow(_data, multiplier);

    /// <summary>Sends relevance that is no multiple of the input.</summary>
    public void SendRelevance(Expression relevance) => _b.FlowRelevance(_data, relevance);

    /// <summary>A number, or one for each channel, in the shape of one item of the input: constant where the axes are known.</summary>
    public Expression Filled(IReadOnlyList<double> values)
    {
        var one = ByChannel(values);
        return X.Shape is { Rank: > 1 } shape && shape.Skip(1).All(axis => axis.IsKnown)
            ? Expression.Emit("Expand", one, _b.Emitter.Integers([1, .. shape.Skip(1).Select(axis => axis.Size.GetValueOrDefault())]))
            : Expression.Emit("Expand", one, X.Sizes());
    }

    /// <summary>A number, or one for each channel, that broadcasts to the input.</summary>
    public Expression ByChannel(IReadOnlyList<double> values)
    {
        if (values.Count == 1)
        {
            return _b.Emitter.Scalar(values[0], X.Element);
        }

        int rank = _b.RankOf(_data);
        if (X.Shape?[rank > 2 ? 1 : rank - 1].Size is { } channels && channels != values.Count)
        {
            throw _b.Refuse($"The bounds name {values.Count} channels, but {{op}} reads {channels}");
        }

        long[] sizes = rank > 2 ? [values.Count, .. Enumerable.Repeat(1L, rank - 2)] : [values.Count];
        return _b.Emitter.Constant(TensorData.Adopt([.. values.Select(value => (float)value)], sizes), "bounds").Cast(X.Element);
    }

    /// <summary>Two operands alone; the factor of Gemm goes into the weights.</summary>
    private static Node Core(Node node) => node.OpType switch
    {
        "BatchNormalization" => new Node(node.Name, "Mul", node.Inputs[..2], node.Outputs[..1]),
        "Gemm" => (node with { Inputs = node.Inputs[..2] }).With("alpha", 1f).Without("beta"),
        _ => node with { Inputs = node.Inputs[..2] },
    };

    private (Expression W, Expression? Bias) Merge(IReadOnlyList<Node> tail, RuleScope scope)
    {
        var (w, bias) = Own();
        int axis = LinearTails.ChannelAxis(_b.Node, scope.Graph) ?? 1;
        foreach (var part in tail)
        {
            var (scale, shift) = Factors(part, axis, scope);
            w = scale is { } factor ? w * AlongWeights(factor, axis) : w;
            bias = bias is { } before && scale is { } other ? before * other : bias;
            bias = shift is { } more ? bias is { } own ? own + more : more : bias;
        }

        return (w, bias);
    }

    private (Expression W, Expression? Bias) Own()
    {
        var node = _b.Node;
        if (node.Is("BatchNormalization"))
        {
            return Normalization(node, _b.RankOf(0) - 1);
        }

        var w = _b.X(1 - _data);
        if (node.Is("Gemm"))
        {
            float alpha = node.Float("alpha", 1f), beta = node.Float("beta", 1f);
            return (alpha == 1f ? w : w * alpha, !_b.Has(2) ? null : beta == 1f ? _b.X(2) : _b.X(2) * beta);
        }

        return (w, node.OpType is "Conv" or "ConvTranspose" && _b.Has(2) ? Channels(_b.X(2), _b.RankOf(0) - 1) : null);
    }

    /// <summary>Factor and sum of a part behind the layer, in shapes that broadcast to what the layer makes.</summary>
    private (Expression? Scale, Expression? Shift) Factors(Node part, int axis, RuleScope scope)
    {
        if (part.Is("BatchNormalization"))
        {
            return Normalization(part, axis);
        }

        var constant = Channels(_b.Emitter.Value(part.Inputs[scope.IsData(part.Inputs[0]) ? 1 : 0]), axis);
        return part.OpType switch
        {
            "Mul" => (constant, null),
            "Div" => (constant.Reciprocal(), null),
            "Sub" => (null, -constant),
            _ => (null, constant),
        };
    }

    private (Expression Scale, Expression Shift) Normalization(Node node, int axis)
    {
        var emitter = _b.Emitter;
        var scale = emitter.Value(node.Inputs[1]) / (emitter.Value(node.Inputs[4]) + node.Float("epsilon", 1e-5f)).Sqrt();
        return (Channels(scale, axis), Channels(emitter.Value(node.Inputs[2]) - (emitter.Value(node.Inputs[3]) * scale), axis));
    }

    // [C] → [C, 1, 1] where the channels are the third axis from the end.
    private static Expression Channels(Expression values, int axis) => axis <= 1 ? values.Flat() : values.Reshape([-1, .. Enumerable.Repeat(1L, axis - 1)]);

    // Which axis of the weights holds the channels that they make.
    private Expression AlongWeights(Expression factor, int axis) => _core.OpType switch
    {
        "Conv" => factor.Reshape([-1, .. Enumerable.Repeat(1L, axis)]),
        "ConvTranspose" => factor.Reshape([1, -1, .. Enumerable.Repeat(1L, axis - 1)]),
        "Gemm" when _core.Int("transB", 0) != 0 => factor.Reshape(-1, 1),
        _ => factor,
    };
}
