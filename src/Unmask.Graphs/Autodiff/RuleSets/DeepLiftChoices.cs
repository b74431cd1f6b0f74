namespace Unmask.Graphs;

/// <summary>
/// Choices that depend on the values. With c = max(y, ȳ), what x chose gets m(c − ȳ) and what x̄ chose gets m(y − c), each divided by its own Δx. At every place
/// the quotient is between 0 and m and its divisor is 0 only where the share is, so no share is lost, also where windows overlap.
/// </summary>
internal static class DeepLiftChoices
{
    public static void AddTo(RuleTable table) => table
        .Choose("MaxPool GlobalMaxPool ReduceMax ReduceMin TopK", Extreme)
        .Choose("Max Min", Extremes)
        .Add(RuleKind.Select, "Where", Where);

    /// <summary>Choices among the elements of input 0. The derivative's row says which they were, at the values and at the reference.</summary>
    private static void Extreme(Backward b)
    {
        var derivative = Derivative(b);
        if (b.Node.OpType == "TopK" && b.Integers(1) is not [1])
        {
            throw b.Refuse("No DeepLIFT rule for {op} of more than one element: ranks change hands, and no share is complete");
        }

        if (!b.Differs(0))
        {
            derivative.Flow(b);
            return;
        }

        var cross = Cross(b);
        Expression[] here = [.. Enumerable.Range(0, b.Node.Inputs.Length).Select(b.X)], there = [.. Enumerable.Range(0, b.Node.Inputs.Length).Select(b.Reference)];
        var ours = b.FlowsAt(derivative, b.Dy() * (cross - b.ReferenceY()), here, b.Y)[0];
        var theirs = b.FlowsAt(derivative, b.Dy() * (b.Y() - cross), there, b.ReferenceY)[0];
        if (ours is { } one && theirs is { } other)
        {
            b.Flow(0, Share(one + other, b.X(0) - b.Reference(0)));
        }
    }

    /// <summary>Choices among operands, element by element; ties are shared equally.</summary>
    private static void Extremes(Backward b)
    {
        int count = b.Node.Inputs.Length;
        var cross = Cross(b);
        var ours = Chosen([.. Enumerable.Range(0, count).Select(b.X)], b.Y(), b.Dy() * (cross - b.ReferenceY()));
        var theirs = Chosen([.. Enumerable.Range(0, count).Select(b.Reference)], b.ReferenceY(), b.Dy() * (b.Y() - cross));
        for (int i = 0; i < count; i++)
        {
            int input = i;
            b.FlowSummed(i, b => b.Differs(input) ? Share(ours[input] + theirs[input], b.X(input) - b.Reference(input)) : ours[input].Zeros());
        }
    }

    private static Expression[] Chosen(Expression[] operands, Expression y, Expression share)
    {
        Expression[] chosen = [.. operands.Select(operand => operand.Is(y).Cast(y.Element))];
        var ties = chosen.Skip(1).Aggregate(chosen[0], (sum, next) => sum + next);
        return [.. chosen.Select(one => share * one / ties)];
    }

    // Where both sides took the same operand it is a copy. Where not, the operand that moved further is credited with all of Δy.
    private static void Where(Backward b)
    {
        if (!b.Differs(0))
        {
            Derivative(b).Flow(b);
            return;
        }

        var (here, there) = (b.X(0), b.Reference(0));
        var same = here.Is(there);
        Expression one = b.X(1) - b.Reference(1), other = b.X(2) - b.Reference(2), dy = b.Dy() * (b.Y() - b.ReferenceY());
        var firstMovedFurther = one.Abs() >= other.Abs();
        b.FlowSummed(1, b => b.Dy().Where(here & same, Credit(b, 1, dy, firstMovedFurther).Where(!same)));
        b.FlowSummed(2, b => b.Dy().Where(!here & same, Credit(b, 2, dy, !firstMovedFurther).Where(!same)));
    }

    private static Expression Credit(Backward b, int input, Expression dy, Expression where)
    {
        var credited = where & !DeepLiftSecant.IsSmall(b.X(input), b.Reference(input));
        return dy.Where(credited) / Expression.Emit("Where", credited, b.X(input) - b.Reference(input), 1);
    }

    private static Expression Cross(Backward b) =>
        Expression.Emit(b.Node.OpType is "ReduceMin" or "Min" || b.Node.Int("largest", 1) == 0 ? "Min" : "Max", b.Y(), b.ReferenceY());

    private static Expression Share(Expression share, Expression difference) =>
        Expression.Emit("Where", difference.Is(0), 0, share / Expression.Emit("Where", difference.Is(0), 1, difference));

    private static RuleRow Derivative(Backward b) => RuleSet.Gradient.For(b.Node, b.Emitter.Graph.Opset) ?? throw b.Refuse("No derivative for {op}");
}
