namespace Unmask.Graphs;

/// <summary>Operators of several operands, element by element, with broadcasting.</summary>
internal static class ArithmeticRules
{
    public static void AddTo(RuleTable table) => table
        .Linear("Add Sum", b => EachInput(b, b.Dy()))
        .Linear("Mean", b => EachInput(b, b.Dy() / b.Node.Inputs.Length))
        .Linear("Sub", Subtract)
        .Bilinear("Mul", b => b.Dy() * b.X(1), b => b.Dy() * b.X(0))
        .Bilinear("Div", b => b.Dy() / b.X(1), b => -(b.Dy() * b.Y() / b.X(1)))
        .Add(RuleKind.Unary, "Pow", Power)
        .Add(RuleKind.Unary, "Mod", Remainder)
        .Choose("Max Min", Extreme)
        .Add(RuleKind.Select, "Where", Where);

    private static void EachInput(Backward b, Expression dy)
    {
        for (int i = 0; i < b.Node.Inputs.Length; i++)
        {
            b.FlowSummed(i, _ => dy);
        }
    }

    private static void Subtract(Backward b)
    {
        b.FlowSummed(0, static b => b.Dy());
        b.FlowSummed(1, static b => -b.Dy());
    }

    private static void Power(Backward b)
    {
        b.FlowSummed(0, static b => b.Dy() * PowerSlope(b.X(0), b.X(1).Cast(b.X(0).Element), b.Y()));

        // ∂xᵉ/∂e = xᵉ ln x, which is 0 where x = 0.
        b.FlowSummed(1, static b => b.Dy() * b.Y() * Expression.Emit("Where", b.X(0).Is(0), 1, b.X(0)).Log());
    }

    // e·xᵉ⁻¹, in the cheapest form for the usual exponents; an exponent of 0 must not give 0·∞ at x = 0.
    private static Expression PowerSlope(Expression x, Expression exponent, Expression y) => exponent.Numbers switch
    {
        [2] => 2 * x,
        [3] => 3 * x * x,
        [0.5] => 0.5 / y,
        [-1] => -(y * y),
        [not 0] => exponent * x.Pow(exponent - 1),
        _ => (exponent * x.Pow(exponent - 1)).Where(!exponent.Is(0)),
    };

    // mod(x, d) = x − d·⌊x/d⌋ (or rounded towards 0): the quotient is constant almost everywhere.
    private static void Remainder(Backward b)
    {
        b.FlowSummed(0, static b => b.Dy());
        b.FlowSummed(1, static b => b.Dy() * ((b.Y() - b.X(0)) / b.X(1)));
    }

    // Ties are shared equally.
    private static void Extreme(Backward b)
    {
        var chosen = new Expression[b.Node.Inputs.Length];
        Expression ties = default;
        for (int i = 0; i < chosen.Length; i++)
        {
            chosen[i] = b.X(i).Is(b.Y()).Cast(b.Y().Element);
            ties = i == 0 ? chosen[0] : ties + chosen[i];
        }

        for (int i = 0; i < chosen.Length; i++)
        {
            int input = i;
            b.FlowSummed(i, b => b.Dy() * chosen[input] / ties);
        }
    }

    private static void Where(Backward b)
    {
        b.FlowSummed(1, static b => b.Dy().Where(b.X(0)));
        b.FlowSummed(2, static b => Expression.Emit("Where", b.X(0), 0, b.Dy()));
    }
}
