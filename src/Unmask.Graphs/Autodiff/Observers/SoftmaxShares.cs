namespace Unmask.Graphs;

/// <summary>
/// Credit of a layer's units, shared among their inputs by a softmax: α_pq = exp(|W_pq x_q| ÷ T) ÷ Σ_q′ exp(|W_pq′ x_q′| ÷ T). Unlike powers it is no product of a part of W and one
/// of x, so that all pairs of unit and input stand side by side: memory for units × places × inputs of a unit.
/// </summary>
/// <param name="temperature">T, above 0, in units of what an input adds to a unit.</param>
internal sealed class SoftmaxShares(double temperature)
{
    // A gigabyte of floats: far beyond it nothing but small networks was meant.
    private const long MostPairs = 1L << 28;

    /// <summary>Hands credit through a linear node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="row">Its derivative.</param>
    /// <param name="input">The input that carries data.</param>
    /// <param name="total">The credit of what it made.</param>
    public Expression Through(Backward node, RuleRow row, int input, Expression total) => (node.Node.OpType, input) switch
    {
        ("Conv", 0) => Convolution(node, row, total),
        ("Gemm", 0) when node.Node.Int("transA", 0) == 0 => Dense(node, node.Node.Int("transB", 0) == 0 ? node.X(1) : node.X(1).SwapLastAxes(), node.Node.Float("alpha", 1), total),
        ("MatMul", 0) when node.X(1).Rank == 2 => Dense(node, node.X(1), 1, total),
        ("AveragePool", 0) => Pool(node, row, input, total, (node.Node.Ints("kernel_shape") ?? []).Aggregate(1.0, (product, size) => product * size)),
        ("GlobalAveragePool" or "ReduceMean", 0) => Pool(node, row, input, total, node.X(0).Count().Cast(total.Element) / node.Y().Count().Cast(total.Element)),
        ("ReduceSum", 0) => Pool(node, row, input, total, 1),
        _ => throw node.Refuse("A softmax shares biases through convolutions, dense layers, pools and sums; {op} is none. Use powers instead (--set power=1)"),
    };

    /// <summary>exp(|x| ÷ T), the largest of the operands being 1: what sums of data share by.</summary>
    public Expression[] Sizes(Expression[] operands)
    {
        var most = operands.Select(operand => operand.Abs()).Aggregate((a, b) => a.Max(b));
        return [.. operands.Select(operand => ((operand.Abs() - most) / temperature).Exp())];
    }

    /// <summary>All weights are alike, so that shares are a product after all.</summary>
    private Expression Pool(Backward node, RuleRow row, int input, Expression total, Expression count)
    {
        var x = node.X(input).Abs();
        long[] own = [.. Enumerable.Range(1, node.RankOf(input) - 1).Select(axis => (long)axis)];
        var value = ((x - x.Max(own)) / count / temperature).Exp();
        var sum = node.Forward([value, .. Enumerable.Range(1, node.Node.Inputs.Length - 1).Select(node.X)]);
        // A window whose elements are all far below the largest of the item has no sum left: it shares alike.
        var idle = sum.Is(0);
        var part = value * node.Transpose(row, input, (total / sum.Where(!idle, 1)).Where(!idle, 0));
        var ones = node.X(input).Zeros() + 1;
        return part + node.Transpose(row, input, (total / node.Forward([ones, .. Enumerable.Range(1, node.Node.Inputs.Length - 1).Select(node.X)])).Where(idle, 0));
    }

    /// <summary>[…, Q] to […, P]: pairs are […, Q, P].</summary>
    private Expression Dense(Backward node, Expression weights, double alpha, Expression total)
    {
        var x = node.X(0);
        ThrowIfTooMany(node, Product(x.Shape) * (weights.Shape?[1].Size ?? 1));
        int pairs = node.RankOf(0);
        var shares = Softmax(x.Unsqueeze(pairs) * weights * alpha, pairs - 1);
        return (shares * total.Unsqueeze(pairs - 1)).Sum([pairs], keep: false);
    }

    /// <summary>
    /// What each element of the kernel met stands side by side, as a convolution of every channel with kernels of a single 1 makes it: [N, G, 1, inputs, places] against the
    /// weights [G, units, inputs, 1]. The transpose of that convolution brings the parts back. Padding gets none.
    /// </summary>
    private Expression Convolution(Backward node, RuleRow row, Expression total)
    {
        var (x, weights) = (node.X(0), node.X(1));
        if (weights.Shape?.ToSizes() is not { } kernel || x.Shape?[1].Size is not { } channels)
        {
            throw node.Refuse("A softmax needs the sizes of the weights of {op} and of the channels that it reads. Use powers instead (--set power=1)");
        }

        long groups = node.Node.Int("group", 1), elements = kernel.AsSpan(2).ToArray().Aggregate(1L, (product, size) => product * size), inputs = kernel[1] * elements;
        ThrowIfTooMany(node, Product(total.Shape) * inputs);
        var (unfold, single) = Unfold(node, kernel, channels, elements);
        Expression Met(Expression value) => node.Emitter.Copy(unfold, [value, single])[0].Reshape(0, groups, 1, inputs, -1);
        var inside = Met(x.Zeros() + 1);
        var shares = Softmax(Met(x) * weights.Reshape(groups, kernel[0] / groups, inputs, 1), 3, inside);
        var credit = total.Reshape(0, groups, kernel[0] / groups, 1, -1);
        var parts = (shares * credit).Sum([2], keep: false);
        var back = new Backward(node.Emitter, unfold, [parts.ReshapeLike(node.Emitter.Copy(unfold, [x, single])[0])], [true, false], inputs: [x, single]);
        row.Flow(back);
        return back.Flows[0] ?? x.Zeros();
    }

    /// <summary>The convolution that puts all that the kernel met side by side: channel by channel, then element by element.</summary>
    private static (Node Node, Expression Weights) Unfold(Backward node, long[] kernel, long channels, long elements)
    {
        float[] single = new float[channels * elements * elements];
        for (long i = 0; i < channels * elements; i++)
        {
            single[(i * elements) + (i % elements)] = 1;
        }

        var weights = node.Emitter.Constant(TensorData.Adopt(single, [channels * elements, 1, .. kernel.AsSpan(2)]), "single");
        return (node.Node.With("group", channels) with { Inputs = [node.Node.Inputs[0], weights.Name] }, weights);
    }

    private Expression Softmax(Expression added, int axis, Expression? inside = null)
    {
        var size = added.Abs() / temperature;
        var powers = (size - size.Max([axis])).Exp();
        powers = inside is { } mask ? powers * mask : powers;
        return powers / powers.Sum([axis]);
    }

    private static void ThrowIfTooMany(Backward node, long pairs)
    {
        if (pairs > MostPairs)
        {
            throw node.Refuse($"A softmax shares biases by a table of all pairs of units and inputs, of which {{op}} has {pairs:N0} an item: too many. Use powers instead (--set power=1)");
        }
    }

    private static long Product(Shape? shape) => shape?.Aggregate(1L, (product, axis) => product * (axis.Size ?? 1)) ?? 1;
}
