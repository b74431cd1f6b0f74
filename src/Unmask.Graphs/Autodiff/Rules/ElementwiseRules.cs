namespace Unmask.Graphs;

/// <summary>
/// Functions of one element. Where the result suffices, rules read it rather than the argument: the runtime can then fuse the function into
/// the operator before it. ReLU′(0) = 0 and |x|′(0) = 0, as everywhere in the field.
/// </summary>
internal static class ElementwiseRules
{
    public static void AddTo(RuleTable table)
    {
        AddRectifiers(table);
        AddSmooth(table);
        AddPowersAndCircles(table);
    }

    private static void AddRectifiers(RuleTable table) => table
        .Unary("Relu", (dy, x, y) => dy.Where(y > 0))
        .Unary("LeakyRelu", (dy, x, y, node) => dy.Where(x > 0, dy * node.Float("alpha", 0.01f)))
        .Unary("ThresholdedRelu", (dy, x, y, node) => dy.Where(x > node.Float("alpha", 1f)))
        .Unary("Shrink", (dy, x, y, node) => dy.Where(x.Abs() > node.Float("lambd", 0.5f)))
        .Unary("Elu", (dy, x, y, node) => dy.Where(x > 0, dy * (y + node.Float("alpha", 1f))))
        .Unary("Selu", SeluSlope)
        .Unary("Celu", (dy, x, y, node) => dy.Where(x > 0, dy * ((y / node.Float("alpha", 1f)) + 1)))
        .Unary("HardSigmoid", (dy, x, y, node) => (dy * node.Float("alpha", 0.2f)).Where((y > 0) & (y < 1)))
        .Unary("HardSwish", (dy, x, y) => (dy * ((x / 3) + 0.5)).Where(x <= 3, dy).Where(x >= -3))
        .Unary("Abs", (dy, x, y) => dy * x.Sign())
        .Add(RuleKind.Unary, "PRelu", PRelu)
        .Add(RuleKind.Unary, "Clip", Clip);

    private static void AddSmooth(RuleTable table) => table
        .Unary("Sigmoid", (dy, x, y) => dy * y * (1 - y))
        .Unary("Tanh", (dy, x, y) => dy * (1 - (y * y)))
        .Unary("Softplus", (dy, x, y) => dy * x.Sigmoid())
        .Unary("Softsign", (dy, x, y) => dy * (1 - y.Abs()) * (1 - y.Abs()))
        .Unary("Mish", MishSlope)
        .Unary("Gelu", GeluSlope)
        .Unary("Swish", SwishSlope)
        .Unary("Erf", (dy, x, y) => dy * (2 / Math.Sqrt(Math.PI)) * (-(x * x)).Exp())
        .Unary("Exp", (dy, x, y) => dy * y)
        .Unary("Log", (dy, x, y) => dy / x)
        .Unary("Identity", (dy, x, y) => dy)
        .Unary("Dropout", (dy, x, y) => dy)
        .Unary("Neg", (dy, x, y) => -dy)
        .Unary("Cast CastLike", (dy, x, y) => dy);

    private static void AddPowersAndCircles(RuleTable table) => table
        .Unary("Sqrt", (dy, x, y) => dy / (2 * y))
        .Unary("Reciprocal", (dy, x, y) => -(dy * y * y))
        .Unary("Sin", (dy, x, y) => dy * x.Cos())
        .Unary("Cos", (dy, x, y) => -(dy * x.Sin()))
        .Unary("Tan", (dy, x, y) => dy * (1 + (y * y)))
        .Unary("Asin", (dy, x, y) => dy / (1 - (x * x)).Sqrt())
        .Unary("Acos", (dy, x, y) => -(dy / (1 - (x * x)).Sqrt()))
        .Unary("Atan", (dy, x, y) => dy / (1 + (x * x)))
        .Unary("Sinh", (dy, x, y) => dy * Expression.Emit("Cosh", x))
        .Unary("Cosh", (dy, x, y) => dy * Expression.Emit("Sinh", x))
        .Unary("Asinh", (dy, x, y) => dy / (1 + (x * x)).Sqrt())
        .Unary("Acosh", (dy, x, y) => dy / ((x * x) - 1).Sqrt())
        .Unary("Atanh", (dy, x, y) => dy / (1 - (x * x)));

    // y = γ(αeˣ − α) below 0, so y′ = y + γα.
    private static Expression SeluSlope(Expression dy, Expression x, Expression y, Node node)
    {
        float gamma = node.Float("gamma", 1.0507010f);
        return (dy * gamma).Where(x > 0, dy * (y + ((double)gamma * node.Float("alpha", 1.6732632f))));
    }

    // y = x·t, t = tanh(softplus x); y′ = t + x·σ(x)(1 − t²).
    private static Expression MishSlope(Expression dy, Expression x, Expression y)
    {
        var t = x.Softplus().Tanh();
        return dy * (t + (x * x.Sigmoid() * (1 - (t * t))));
    }

    private static Expression GeluSlope(Expression dy, Expression x, Expression y, Node node)
    {
        if (node.Text("approximate", "none") == "tanh")
        {
            // y = ½x(1 + t), t = tanh(√(2/π)(x + 0.044715x³)).
            double scale = Math.Sqrt(2 / Math.PI);
            var square = x * x;
            var t = (scale * x * (1 + (0.044715 * square))).Tanh();
            return dy * 0.5 * (1 + t + (x * (1 - (t * t)) * scale * (1 + (3 * 0.044715 * square))));
        }

        // y = xΦ(x); y′ = Φ(x) + xφ(x).
        var cumulative = 0.5 * (1 + (x * Math.Sqrt(0.5)).Erf());
        return dy * (cumulative + (x * (-0.5 * x * x).Exp() * (1 / Math.Sqrt(2 * Math.PI))));
    }

    // y = xσ(αx); y′ = σ + αy(1 − σ).
    private static Expression SwishSlope(Expression dy, Expression x, Expression y, Node node)
    {
        float alpha = node.Float("alpha", 1f);
        var gate = (x * alpha).Sigmoid();
        return dy * (gate + (alpha * y * (1 - gate)));
    }

    private static void PRelu(Backward b)
    {
        b.Flow(0, static b => b.Dy().Where(b.X(0) > 0, b.Dy() * b.X(1)));
        b.FlowSummed(1, static b => (b.Dy() * b.X(0)).Where(b.X(0) < 0));
    }

    // One comparison serves any bounds; at a bound itself the gradient passes.
    private static void Clip(Backward b)
    {
        b.Flow(0, static b => b.Dy().Where(b.X(0).Is(b.Y())));
        b.FlowSummed(1, static b => b.Dy().Where(b.X(0) < b.X(1)));
        b.FlowSummed(2, static b => b.Dy().Where(b.X(0) > b.X(2)));
    }
}
