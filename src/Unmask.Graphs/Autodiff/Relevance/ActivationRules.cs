namespace Unmask.Graphs;

/// <summary>Rules for functions of one element.</summary>
internal static class ActivationRules
{
    // Below, the quotient of differences has fewer digits than the slope is right.
    private const double Near = 3e-4;

    // Two passes over equal inputs may differ by rounding, which is no new feature.
    private const double BoundSlack = 1e-4;
    private const double BoundFloor = 1e-6;

    /// <summary>The functions that Guided Backprop and Deconvnet were defined for. Clip counts where it cuts at 0 from below (ReLU6).</summary>
    public static bool IsRectifier(Node node, RuleScope scope) => node.Domain.Length == 0
        && (node.OpType is "Relu" or "LeakyRelu" or "PRelu" or "ThresholdedRelu" || (node.OpType == "Clip" && scope.NumberOf(node.Input(1)) == 0));

    /// <summary>Multipliers that are positive pass where the derivative does: Springenberg et al. 2015, §3.4.</summary>
    public static void Guided(Backward b, RuleRow derivative) => b.Flow(0, b => b.Transpose(derivative, 0, b.Dy().Relu()));

    /// <summary>Multipliers that are positive pass, whatever was read: Zeiler, Fergus 2014, §2.1.</summary>
    public static void Deconvnet(Backward b) => b.Flow(0, static b => b.Dy().Relu());

    /// <summary>Functions of one element whose value is 0 at 0 alone or below it, so that 0 is «nothing seen». Gates (sigmoid) are not.</summary>
    public static bool IsZeroAtZero(Node node, RuleScope scope) =>
        IsRectifier(node, scope) || (node.Domain.Length == 0 && node.OpType is "Elu" or "Selu" or "Celu" or "Gelu" or "Swish" or "Mish" or "HardSwish" or "Tanh" or "Softsign");

    /// <summary>
    /// The derivative where min(0, ȳ) ≤ y ≤ max(0, ȳ): no unit may say more than at the reference, nor the opposite. Of ReLU: dy·1[y > 0]·1[y ≤ ȳ]. Wagner et al. 2019, §3.3.
    /// </summary>
    public static void Bounded(Backward b, RuleRow derivative)
    {
        if (!b.Differs(0))
        {
            derivative.Flow(b);
            return;
        }

        b.Flow(0, b =>
        {
            var (y, there) = (b.Y(), b.ReferenceY());
            var slack = (there.Abs() * BoundSlack) + BoundFloor;
            var within = y <= there.Relu() + slack;
            // What a rectifier cuts off has no derivative anyway.
            if (b.Node.OpType is not ("Relu" or "Clip" or "ThresholdedRelu"))
            {
                within &= y >= -(-there).Relu() - slack;
            }

            return b.Transpose(derivative, 0, b.Dy().Where(within));
        });
    }

    /// <summary>The slope of (1/β) ln(1 + e^βx) instead of the rectifier's: Dombrowski et al. 2019, §4.</summary>
    public static void Smooth(Backward b, double beta) => b.Flow(0, b => b.Dy() * (b.X(0) * beta).Sigmoid());

    /// <summary>All relevance passes: m · y/x; 0 where x is.</summary>
    public static void Pass(Backward b) => b.Flow(0, static b =>
    {
        var zero = b.X(0).Is(0);
        return (b.Dy() * b.Y() / Expression.Emit("Where", zero, 1, b.X(0))).Where(!zero);
    });

    /// <summary>
    /// What exceeds the function's value at 0 passes: m · (y − φ(0))/x, and the derivative near 0. That value is a constant like a bias; a quotient with it would have no bound.
    /// </summary>
    public static void Secant(Backward b, RuleRow derivative) => b.Flow(0, b =>
    {
        Expression[] inputs = [b.Emitter.Scalar(0, b.X(0).Element), .. Enumerable.Range(1, b.Node.Inputs.Length - 1).Select(i => b.X(i))];
        var near = b.X(0).Abs() < Near;
        var slope = (b.Y() - b.Forward(inputs)) / Expression.Emit("Where", near, 1, b.X(0));
        return b.Transpose(derivative, 0, b.Dy()).Where(near, b.Dy() * slope);
    });
}
