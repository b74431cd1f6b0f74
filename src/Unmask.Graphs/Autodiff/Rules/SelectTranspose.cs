namespace Unmask.Graphs;

/// <summary>
/// The transpose of any operator that only copies elements: the operator itself, run on the elements' positions, tells where each came from; the
/// multipliers are added there. Elements that are copied several times add up; those that are not copied get 0.
/// </summary>
internal static class SelectTranspose
{
    // Float32 counts without gaps up to here.
    private const long LargestExactFloat = 1L << 24;

    /// <summary>The transpose.</summary>
    /// <param name="b">The node; its input 0 is what is copied.</param>
    /// <param name="select">The operator, applied to positions instead of the values: the node again unless given.</param>
    /// <param name="asFloats">Whether the operator has no kernel for integers in the runtime.</param>
    public static Expression Of(Backward b, Func<Expression, Expression>? select = null, bool asFloats = false)
    {
        var x = b.X(0);
        if (asFloats && x.Shape?.ElementCount > LargestExactFloat)
        {
            throw b.Refuse($"The derivative of {{op}} in this form handles at most {LargestExactFloat} elements");
        }

        var positions = Positions(x, asFloats);
        var from = select is null ? Again(b, positions) : select(positions);
        return Expression.Zeros(x.Count(), b.Dy().Element)
            .ScatterAdd(from.Cast(ElementType.Int64).Flat(), b.Dy().Flat(), 0)
            .ReshapeLike(x);
    }

    private static Expression Positions(Expression x, bool asFloats)
    {
        var emitter = x.Owner;
        var all = Expression.Emit("Range", emitter.Scalar(0, ElementType.Int64), x.Count().Squeeze(0), emitter.Scalar(1, ElementType.Int64)).ReshapeLike(x);
        return asFloats ? all.Cast(ElementType.Float32) : all;
    }

    private static Expression Again(Backward b, Expression positions)
    {
        var inputs = new Expression[b.Node.Inputs.Length];
        inputs[0] = positions;
        for (int i = 1; i < inputs.Length; i++)
        {
            inputs[i] = b.X(i);
        }

        return b.Forward(inputs);
    }
}
