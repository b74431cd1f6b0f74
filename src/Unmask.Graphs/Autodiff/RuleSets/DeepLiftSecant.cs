namespace Unmask.Graphs;

/// <summary>Rescale: m·Δy/Δx at functions of one element (Shrikumar et al. 2017, eq. 8), generically from the derivative's row.</summary>
internal static class DeepLiftSecant
{
    // Below this part of the values a difference in float32 is rounding: |Δx| ≤ 1e-6(|x| + |x̄|) + 1e-7.
    private const double RelativelySmall = 1e-6;
    private const double RelativelySmallInHalves = 1e-3;
    private const double AbsolutelySmall = 1e-7;

    public static void AddTo(RuleTable table) => table
        .Unary("Identity Dropout Cast CastLike DequantizeLinear", (dy, x, y) => dy)
        .Unary("Neg", (dy, x, y) => -dy)
        // Closed forms of the secant: (√x − √x̄)/(x − x̄) = 1/(√x + √x̄), (1/x − 1/x̄)/(x − x̄) = −1/(x·x̄).
        .Add(RuleKind.Unary, "Sqrt", b => b.Flow(0, static b => (b.Dy() / (b.Y() + b.ReferenceY())).Where((b.Y() + b.ReferenceY()) > 0)))
        .Add(RuleKind.Unary, "Reciprocal", b => b.Flow(0, static b => -(b.Dy() * b.Y() * b.ReferenceY())))
        .AddThroughIntegers("QuantizeLinear", Quantized);

    /// <summary>The secant; where the difference is too small for one, the derivative in the middle.</summary>
    public static void Flow(Backward b, RuleRow derivative)
    {
        if (!b.Differs(0) && OthersAreFixed(b))
        {
            derivative.Flow(b);
            return;
        }

        if (!OthersAreFixed(b) || (b.Y().Shape is { } made && b.ShapeOf(0) is { } read && made.Rank != read.Rank))
        {
            throw b.Refuse("No DeepLIFT rule for {op} whose parameters depend on what is explained, or enlarge it");
        }

        b.Flow(0, Secant(b, b.Y() - b.ReferenceY(), InTheMiddle(b, derivative)));
    }

    /// <summary>m·Δy/Δx of input 0, or something else where Δx is too small.</summary>
    public static Expression Secant(Backward b, Expression dy, Expression otherwise)
    {
        var (x, there) = (b.X(0), b.Reference(0));
        var small = IsSmall(x, there);
        return otherwise.Where(small, b.Dy() * dy / Expression.Emit("Where", small, 1, x - there));
    }

    /// <summary>Where a difference is too small to divide by.</summary>
    public static Expression IsSmall(Expression x, Expression there)
    {
        double part = x.Element is ElementType.Float16 or ElementType.BFloat16 ? RelativelySmallInHalves : RelativelySmall;
        return (x - there).Abs() <= ((x.Abs() + there.Abs()) * part) + AbsolutelySmall;
    }

    private static bool OthersAreFixed(Backward b) => !Enumerable.Range(1, Math.Max(0, b.Node.Inputs.Length - 1)).Any(b.Differs);

    private static Expression InTheMiddle(Backward b, RuleRow derivative)
    {
        Expression[] inputs = [0.5 * (b.X(0) + b.Reference(0)), .. Enumerable.Range(1, b.Node.Inputs.Length - 1).Select(b.X)];
        return b.FlowsAt(derivative, b.Dy(), inputs)[0] ?? b.X(0).Zeros();
    }

    // Multipliers of the integers are in units of the real values that they stand for.
    private static void Quantized(Backward b)
    {
        Expression Real(Expression value) => b.Emitter.Add("DequantizeLinear", [value, .. Enumerable.Range(1, b.Node.Inputs.Length - 1).Select(b.X)], ("axis", b.Node.Int("axis", 1)));
        b.Flow(0, Secant(b, Real(b.Y()) - Real(b.ReferenceY()), b.X(0).Zeros()));
    }
}
