namespace Unmask.Graphs;

/// <summary>Reductions over axes: the multiplier goes back to all that was reduced.</summary>
internal static class ReductionRules
{
    public static void AddTo(RuleTable table) => table
        .Linear("ReduceSum", b => Reduce(b, static (b, x, y, dy) => dy.ExpandLike(x)))
        .Linear("ReduceMean", b => Reduce(b, static (b, x, y, dy) => (dy / Reduced(b, x)).ExpandLike(x)))
        .Linear("CumSum", CumulativeSum)
        .Choose("ReduceMax ReduceMin", b => Reduce(b, static (b, x, y, dy) => Chosen(b, y(), dy, AxesOf(b))))
        .Composite("ReduceL1", b => Reduce(b, static (b, x, y, dy) => dy * x.Sign()))
        .Composite("ReduceL2", b => Reduce(b, static (b, x, y, dy) => dy * x / Norm(y())))
        .Composite("ReduceSumSquare", b => Reduce(b, static (b, x, y, dy) => 2 * dy * x))
        .Composite("ReduceLogSum", b => Reduce(b, static (b, x, y, dy) => (dy / y().Exp()).ExpandLike(x)))
        .Composite("ReduceLogSumExp", b => Reduce(b, static (b, x, y, dy) => dy * (x - y()).Exp()))
        .Composite("ReduceProd", b => Reduce(b, static (b, x, y, dy) => dy * ProductOfOthers(b, x)))
        .Choose("TopK", b => b.Flow(0, static b => b.X(0).Zeros().ScatterAdd(b.Y(1), b.Dy(), b.Axis(-1, b.RankOf(0)))));

    /// <summary>The multiplier, shared equally by the elements that equal the extreme.</summary>
    public static Expression Chosen(Backward b, Expression y, Expression dy, long[]? axes)
    {
        var chosen = b.X(0).Is(y).Cast(y.Element);
        var ties = axes is { } known ? chosen.Sum(known) : chosen.Owner.Add("ReduceSum", [chosen, b.X(1)]);
        return dy * chosen / ties;
    }

    // Calls a rule with y (when it asks for it) and dy whose reduced axes are there again, with size 1.
    private static void Reduce(Backward b, Func<Backward, Expression, Func<Expression>, Expression, Expression> rule) => b.Flow(0, b =>
    {
        bool all = !b.Has(1) || b.Integers(1) is [];
        if (all && b.Node.Int("noop_with_empty_axes", 0) != 0)
        {
            return ReduceNothing(b);
        }

        if (b.Node.Int("keepdims", 1) != 0)
        {
            return rule(b, b.X(0), () => b.Y(), b.Dy());
        }

        return all
            ? rule(b, b.X(0), () => b.Y().Reshape(Ones(b)), b.Dy().Reshape(Ones(b)))
            : rule(b, b.X(0), () => Expression.Emit("Unsqueeze", b.Y(), b.X(1)), Expression.Emit("Unsqueeze", b.Dy(), b.X(1)));
    });

    // Without axes, the operator still applies its function to every element.
    private static Expression ReduceNothing(Backward b) => b.Node.OpType switch
    {
        "ReduceL1" or "ReduceL2" => b.Dy() * b.X(0).Sign(),
        "ReduceSumSquare" => 2 * b.Dy() * b.X(0),
        "ReduceLogSum" => b.Dy() / b.X(0),
        _ => b.Dy(),
    };

    private static long[] Ones(Backward b) => [.. Enumerable.Repeat(1L, b.RankOf(0))];

    /// <summary>The axes reduced; <c>null</c> when only the run can tell.</summary>
    private static long[]? AxesOf(Backward b) => !b.Has(1) || b.Integers(1) is [] ? [.. Enumerable.Range(0, b.RankOf(0)).Select(axis => (long)axis)] : b.Integers(1);

    private static Expression Reduced(Backward b, Expression x) => AxesOf(b) is { } axes && x.Rank is { } rank
        ? x.CountAlong(axes.Select(axis => (int)(axis < 0 ? axis + rank : axis)), x.Element)
        : (x.Count() / b.Y().Count()).Cast(x.Element);

    private static Expression Norm(Expression y) => Expression.Emit("Where", y > 0, y, 1);

    // The product of the other elements, right also where elements are 0: with one zero only that element gets any, with two none does.
    private static Expression ProductOfOthers(Backward b, Expression x)
    {
        var zero = x.Is(0);
        var safe = Expression.Emit("Where", zero, 1, x);
        var axes = AxesOf(b);
        var zeros = Over("ReduceSum", zero.Cast(x.Element));
        var product = Over("ReduceProd", safe);
        return (product / safe).Where(zeros.Is(0), product.Where(zero & zeros.Is(1)));

        Expression Over(string opType, Expression value) =>
            axes is { } known ? value.Owner.Add(opType, [value, value.Owner.Integers(known)]) : value.Owner.Add(opType, [value, b.X(1)]);
    }

    // Every element is in the sums from it on: the running sum from the other end.
    private static void CumulativeSum(Backward b) => b.Flow(0, static b =>
        b.Emitter.Add("CumSum", [b.Dy(), b.X(1)], ("exclusive", b.Node.Int("exclusive", 0)), ("reverse", 1 - b.Node.Int("reverse", 0))));
}
