namespace Unmask.Graphs;

/// <summary>Elementwise operators on elements that are known as numbers or as expressions in symbols; unknown where the result is not certain.</summary>
internal static class Arithmetic
{
    /// <summary>The operators of two operands, by their names in ONNX. The element type is that of the operands.</summary>
    public static Func<Quantity, Quantity, ElementType, Quantity>? Binary(string operation) => operation switch
    {
        "Add" or "Sum" => (a, b, type) => Combine(a, b, type, (x, y) => x + y, (x, y) => x + y),
        "Sub" => (a, b, type) => Combine(a, b, type, (x, y) => x - y, (x, y) => x - y),
        "Mul" => (a, b, type) => Combine(a, b, type, (x, y) => x * y, (x, y) => x * y),
        "Div" => Divide,
        "Mod" => Modulo,
        "Pow" => (a, b, type) => Combine(a, b, type, (_, _) => null, Math.Pow),
        "Min" => (a, b, _) => Compare(b, a) is not null ? a : Compare(a, b) is not null ? b : Quantity.Unknown,
        "Max" => (a, b, _) => Compare(a, b) is not null ? a : Compare(b, a) is not null ? b : Quantity.Unknown,
        "Equal" => (a, b, _) => AreEqual(a, b) is { } equal ? Quantity.Of(equal) : Quantity.Unknown,
        "Greater" => (a, b, _) => IsGreater(a, b),
        "Less" => (a, b, _) => IsGreater(b, a),
        "GreaterOrEqual" => (a, b, _) => Negate(IsGreater(b, a)),
        "LessOrEqual" => (a, b, _) => Negate(IsGreater(a, b)),
        "And" => (a, b, _) => a.Integer == 0 || b.Integer == 0 ? Quantity.Of(false) : a.Integer == 1 && b.Integer == 1 ? Quantity.Of(true) : Quantity.Unknown,
        "Or" => (a, b, _) => a.Integer == 1 || b.Integer == 1 ? Quantity.Of(true) : a.Integer == 0 && b.Integer == 0 ? Quantity.Of(false) : Quantity.Unknown,
        "Xor" => (a, b, _) => a.Integer is { } x && b.Integer is { } y ? Quantity.Of(x != y) : Quantity.Unknown,
        _ => null,
    };

    /// <summary>The operators of one operand, by their names in ONNX.</summary>
    public static Func<Quantity, ElementType, Quantity>? Unary(string operation) => operation switch
    {
        "Identity" => (x, _) => x,
        "Neg" => (x, type) => Combine(Quantity.Of(0L), x, type, (_, y) => y * -1, (_, y) => -y),
        "Not" => (x, _) => Negate(x),
        "Abs" => (x, type) => x.Whole?.LowerBound() >= 0 ? x : OnNumber(x, type, Math.Abs),
        "Sign" => (x, type) => OnNumber(x, type, value => double.IsNaN(value) ? value : Math.Sign(value)),
        "Floor" => (x, type) => x.Whole is null ? OnNumber(x, type, Math.Floor) : x,
        "Ceil" => (x, type) => x.Whole is null ? OnNumber(x, type, Math.Ceiling) : x,
        "Round" => (x, type) => x.Whole is null ? OnNumber(x, type, Math.Round) : x,
        "Sqrt" => (x, type) => OnNumber(x, type, Math.Sqrt),
        "Reciprocal" => (x, type) => OnNumber(x, type, value => 1 / value),
        _ => null,
    };

    // 1: a > b; 0: a >= b; null: neither is certain. There is no -1: callers ask both ways round.
    private static int? Compare(Quantity a, Quantity b)
    {
        if (a.Number is { } x && b.Number is { } y)
        {
            return double.IsNaN(x) || double.IsNaN(y) ? null : x > y ? 1 : x == y ? 0 : null;
        }

        return a.Whole is { } left && b.Whole is { } right && (left - right).LowerBound() is { } least and >= 0 ? (least > 0 ? 1 : 0) : null;
    }

    private static bool? AreEqual(Quantity a, Quantity b)
    {
        if (a.Number is { } x && b.Number is { } y)
        {
            return x == y;
        }

        if (a.Whole is { } left && b.Whole is { } right && left.Equals(right))
        {
            return true;
        }

        return Compare(a, b) > 0 || Compare(b, a) > 0 ? false : null;
    }

    private static Quantity IsGreater(Quantity a, Quantity b) =>
        Compare(a, b) > 0 ? Quantity.Of(true) : Compare(b, a) is not null ? Quantity.Of(false) : Quantity.Unknown;

    private static Quantity Negate(Quantity truth) => truth.Integer is { } value ? Quantity.Of(value == 0) : Quantity.Unknown;

    private static Quantity Combine(
        Quantity a, Quantity b, ElementType type, Func<SizeExpression, SizeExpression, SizeExpression?> whole, Func<double, double, double> real)
    {
        try
        {
            if (a.Whole is { } x && b.Whole is { } y && whole(x, y) is { } result)
            {
                return Quantity.Of(result).As(type);
            }
        }
        catch (OverflowException)
        {
            return Quantity.Unknown;
        }

        return a.Number is { } left && b.Number is { } right ? Quantity.Of(real(left, right)).As(type) : Quantity.Unknown;
    }

    private static Quantity Divide(Quantity a, Quantity b, ElementType type)
    {
        if (b.Number is 0 && !type.IsFloat())
        {
            return Quantity.Unknown;
        }

        return Combine(a, b, type, (x, y) => type.IsFloat() ? x.DivideExactly(y) : x.TruncatingDivide(y), (x, y) => x / y);
    }

    private static Quantity Modulo(Quantity a, Quantity b, ElementType type)
    {
        // The sign follows the divisor (fmod=0), as in Python.
        return a.Integer is { } x && b.Integer is { } y && y != 0 && !type.IsFloat() ? Quantity.Of(((x % y) + y) % y) : Quantity.Unknown;
    }

    private static Quantity OnNumber(Quantity x, ElementType type, Func<double, double> function) =>
        x.Number is { } number ? Quantity.Of(function(number)).As(type) : Quantity.Unknown;
}
