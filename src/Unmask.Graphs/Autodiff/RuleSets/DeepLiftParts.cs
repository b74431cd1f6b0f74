namespace Unmask.Graphs;

/// <summary>
/// RevealCancel: what raised z and what lowered it, told apart at the layer with weights that made it and carried through sums and batch normalisation to the
/// function of one element behind (Shrikumar et al. 2017, §3.5.3); two multipliers come back the same way, and are one again before the weights.
/// </summary>
/// <param name="throughConvolutions">Whether convolutions count as layers with weights, or dense layers alone.</param>
internal sealed class DeepLiftParts(bool throughConvolutions)
{
    private const double Small = 1e-7;

    /// <summary>A rule, changed where parts are told apart.</summary>
    /// <param name="node">The node.</param>
    /// <param name="row">Its rule without parts.</param>
    /// <param name="derivative">Its derivative.</param>
    public RuleRow Over(Node node, RuleRow row, RuleRow? derivative) => node.OpType switch
    {
        "Gemm" or "MatMul" or "Conv" when derivative is not null => row with { Flow = b => Weighted(b, row, derivative), TakesParts = true },
        "Add" or "Sum" => row with { Flow = b => Sum(b, row), TakesParts = true },
        "BatchNormalization" => row with { Flow = b => Scaled(b, row), TakesParts = true },
        "Identity" or "Dropout" or "Neg" or "Cast" or "CastLike" or "DequantizeLinear" or "QuantizeLinear" or "Pow" or "Sqrt" or "Reciprocal" => row,
        _ when row.Kind == RuleKind.Unary => row with { Flow = b => Reveal(b, row) },
        _ => row,
    };

    /// <summary>
    /// Δa⁺ = ½[φ(z̄ + Δz⁺) − φ(z̄)] + ½[φ(z̄ + Δz⁻ + Δz⁺) − φ(z̄ + Δz⁻)], Δa⁻ with the signs exchanged (their eq. 13 and 14): the Shapley values of all that raised z
    /// and all that lowered it.
    /// </summary>
    private void Reveal(Backward b, RuleRow rescale)
    {
        if (!b.Differs(0) || Difference(b, b.Node.Inputs[0]) is not { Weighted: true, Parts: var (plus, minus) })
        {
            rescale.Flow(b);
            return;
        }

        Expression[] others = [.. Enumerable.Range(1, b.Node.Inputs.Length - 1).Select(b.X)];
        var (y, start) = (b.Y(), b.ReferenceY());
        var raised = b.Forward([b.Reference(0) + plus, .. others]);
        var lowered = b.Forward([b.Reference(0) + minus, .. others]);
        var up = 0.5 * (raised - start + (y - lowered));
        var down = 0.5 * (lowered - start + (y - raised));
        b.FlowParts(0, new(b.Dy() * Quotient(up, plus), b.Dy() * Quotient(down, minus)));
    }

    // Where nothing raised z, each of the terms of Δz⁺ is 0 and the multiplier meets nothing.
    private static Expression Quotient(Expression change, Expression cause)
    {
        var some = cause.Abs() > Small;
        return change.Where(some) / Expression.Emit("Where", some, cause, 1);
    }

    /// <summary>How a value's difference splits: through sums and scales to layers with weights; what else is added, by its own sign.</summary>
    private (SignedParts Parts, bool Weighted) Difference(Backward b, string value)
    {
        var maker = b.Emitter.MakerOf(value);
        if (maker?.OpType is "Add" or "Sum")
        {
            (SignedParts Parts, bool Weighted)[] terms = [.. maker.Inputs.Where(input => Differs(b, input)).Select(input => Difference(b, input))];
            return (terms.Select(term => term.Parts).Aggregate((sum, next) => sum + next), terms.Any(term => term.Weighted));
        }

        if (maker?.OpType == "BatchNormalization" && IsFixedScale(b, maker))
        {
            var (parts, weighted) = Difference(b, maker.Inputs[0]);
            return (Scale(parts, ScaleOf(b.Emitter, maker)), weighted);
        }

        if (maker is not null && DataOf(b, maker) is { } data)
        {
            var (parts, weights) = (SignedParts.Of(b.Emitter.Value(maker.Inputs[data]) - b.ReferenceOf(maker.Inputs[data])), SignedParts.Of(b.Emitter.Value(maker.Inputs[1 - data])));
            return (new(
                Product(parts.Plus, weights.Plus) + Product(parts.Minus, weights.Minus),
                Product(parts.Minus, weights.Plus) + Product(parts.Plus, weights.Minus)), true);

            Expression Product(Expression x, Expression w) => b.Emitter.Copy(maker with { Outputs = [maker.Outputs[0]] }, data == 0 ? [x, w] : [w, x])[0];
        }

        return (SignedParts.Of(b.Emitter.Value(value) - b.ReferenceOf(value)), false);
    }

    /// <summary>The input of a layer with fixed weights that carries data; <c>null</c>: it is no such layer.</summary>
    private int? DataOf(Backward b, Node node)
    {
        bool counts = node.OpType is "Gemm" or "MatMul" || (node.OpType == "Conv" && throughConvolutions);
        int[] differ = counts ? [.. Enumerable.Range(0, node.Inputs.Length).Where(input => Differs(b, node.Inputs[input]))] : [];
        return differ is [0 or 1] && node.Float("alpha", 1f) > 0 && (node.OpType != "Conv" || differ[0] == 0) ? differ[0] : null;
    }

    private static bool Differs(Backward b, string value) => value.Length > 0 && b.ReferenceOf(value).Name != value;

    private static bool IsFixedScale(Backward b, Node node) => node.Int("training_mode", 0) == 0 && !node.Inputs.Skip(1).Any(input => Differs(b, input));

    // The scale of batch normalisation in use, [C, 1, …]. A negative one makes of what raised the sum what lowers it.
    private static Expression ScaleOf(Emitter emitter, Node node)
    {
        var scale = emitter.Value(node.Inputs[1]) / (emitter.Value(node.Inputs[4]) + node.Float("epsilon", 1e-5f)).Sqrt();
        int rank = emitter.Value(node.Inputs[0]).Rank ?? 2;
        return rank <= 2 ? scale : scale.Reshape([-1, .. Enumerable.Repeat(1L, rank - 2)]);
    }

    private static SignedParts Scale(SignedParts parts, Expression scale)
    {
        var (up, down) = SignedParts.Of(scale);
        return new((parts.Plus * up) + (parts.Minus * down), (parts.Minus * up) + (parts.Plus * down));
    }

    private static void Sum(Backward b, RuleRow row)
    {
        FlowWhole(b, row);
        for (int i = 0; i < b.Node.Inputs.Length && b.DyParts is { } parts; i++)
        {
            if (b.Needs(i))
            {
                b.FlowParts(i, new(Broadcast.Undo(parts.Plus, b.X(i)), Broadcast.Undo(parts.Minus, b.X(i))));
            }
        }
    }

    private static void Scaled(Backward b, RuleRow row)
    {
        FlowWhole(b, row);
        if (b.DyParts is { } parts && IsFixedScale(b, b.Node))
        {
            b.FlowParts(0, Scale(parts, ScaleOf(b.Emitter, b.Node)));
        }
        else if (b.DyParts is { } other)
        {
            FlowJoined(b, row, other);
        }
    }

    /// <summary>To what rose: W⁺ᵀm⁺ + W⁻ᵀm⁻; to what fell: W⁻ᵀm⁺ + W⁺ᵀm⁻.</summary>
    private void Weighted(Backward b, RuleRow row, RuleRow derivative)
    {
        FlowWhole(b, row);
        if (b.DyParts is not { } parts)
        {
            return;
        }

        if (DataOf(b, b.Node) is not { } data)
        {
            FlowJoined(b, row, parts);
            return;
        }

        var weights = SignedParts.Of(b.X(1 - data));
        var rose = Transpose(weights.Plus, parts.Plus) + Transpose(weights.Minus, parts.Minus);
        var fell = Transpose(weights.Minus, parts.Plus) + Transpose(weights.Plus, parts.Minus);
        b.Flow(data, new SignedParts(rose, fell).Joined(b.X(data) - b.Reference(data)));

        Expression Transpose(Expression w, Expression m)
        {
            var substitutes = new Expression?[b.Node.Inputs.Length];
            substitutes[1 - data] = w;
            return b.Transpose(derivative, data, m, substitutes);
        }
    }

    private static void FlowWhole(Backward b, RuleRow row)
    {
        if (b.HasDy(0))
        {
            row.Flow(b);
        }
    }

    private static void FlowJoined(Backward b, RuleRow row, SignedParts parts)
    {
        var flows = b.FlowsAt(row, parts.Joined(b.Y() - b.ReferenceY()), [.. Enumerable.Range(0, b.Node.Inputs.Length).Select(b.X)], b.Y);
        for (int input = 0; input < flows.Length; input++)
        {
            if (flows[input] is { } flow)
            {
                b.Flow(input, flow);
            }
        }
    }
}
