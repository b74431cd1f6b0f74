using System.Globalization;

namespace Unmask.Graphs;

/// <summary>
/// A value of a graph under construction, or a number that becomes a constant of the right type where it meets a value.
/// Its operators and methods add nodes, so that rules read as mathematics.
/// </summary>
internal readonly partial struct Expression
{
    private readonly Emitter? _emitter;
    private readonly string? _name;
    private readonly double _number;

    public Expression(Emitter emitter, string name)
    {
        _emitter = emitter;
        _name = name;
    }

    private Expression(double number) => _number = number;

    /// <summary>The value's name; empty for a number.</summary>
    public string Name => _name ?? "";

    /// <summary>The element type; undefined for a number and where it is not known.</summary>
    public ElementType Element => _name is null ? ElementType.Undefined : _emitter?.TypeOf(_name)?.Element ?? ElementType.Undefined;

    /// <summary>What is known of the shape.</summary>
    public Shape? Shape => _name is null ? Unmask.Graphs.Shape.Scalar : _emitter?.TypeOf(_name)?.Shape;

    /// <summary>The number of axes, where it is known.</summary>
    public int? Rank => Shape?.Rank;

    /// <summary>The elements as integers, where there are few and they are known before the run.</summary>
    public long[]? Integers => _name is null ? null : _emitter?.IntegersOf(_name);

    /// <summary>The elements as numbers, where there are few and they are known before the run.</summary>
    public double[]? Numbers => _name is null ? [_number] : _emitter?.NumbersOf(_name);

    /// <summary>What the value is emitted into.</summary>
    public Emitter Owner => _emitter ?? throw new InvalidOperationException("A number alone belongs to no graph.");

    private Emitter Emitter => _emitter ?? throw new InvalidOperationException("A rule applied an operator to numbers alone.");

    public static implicit operator Expression(double number) => new(number);

    public static Expression operator +(Expression a, Expression b) => Emit("Add", a, b);

    public static Expression operator -(Expression a, Expression b) => Emit("Sub", a, b);

    public static Expression operator *(Expression a, Expression b) => Emit("Mul", a, b);

    public static Expression operator /(Expression a, Expression b) => Emit("Div", a, b);

    public static Expression operator -(Expression a) => Emit("Neg", a);

    public static Expression operator >(Expression a, Expression b) => Emit("Greater", a, b);

    public static Expression operator <(Expression a, Expression b) => Emit("Less", a, b);

    public static Expression operator >=(Expression a, Expression b) => Emit("GreaterOrEqual", a, b);

    public static Expression operator <=(Expression a, Expression b) => Emit("LessOrEqual", a, b);

    public static Expression operator &(Expression a, Expression b) => Emit("And", a, b);

    public static Expression operator !(Expression a) => Emit("Not", a);

    /// <summary>Adds a node of any operator.</summary>
    public static Expression Emit(string opType, params ReadOnlySpan<Expression> inputs) => EmitterOf(inputs).Add(opType, inputs);

    /// <summary>This, where a condition holds; elsewhere another value.</summary>
    public Expression Where(Expression condition, Expression otherwise = default) => Emit("Where", condition, this, otherwise);

    public Expression Is(Expression other) => Emit("Equal", this, other);

    public Expression Exp() => Emit("Exp", this);

    public Expression Log() => Emit("Log", this);

    public Expression Sqrt() => Emit("Sqrt", this);

    public Expression Abs() => Emit("Abs", this);

    public Expression Sign() => Emit("Sign", this);

    public Expression Sin() => Emit("Sin", this);

    public Expression Cos() => Emit("Cos", this);

    public Expression Tanh() => Emit("Tanh", this);

    public Expression Sigmoid() => Emit("Sigmoid", this);

    public Expression Softplus() => Emit("Softplus", this);

    public Expression Relu() => Emit("Relu", this);

    public Expression Erf() => Emit("Erf", this);

    public Expression Reciprocal() => Emit("Reciprocal", this);

    public Expression Pow(Expression exponent) => Emit("Pow", this, exponent);

    public Expression MatMul(Expression other) => Emit("MatMul", this, other);

    public Expression Max(Expression other) => Emit("Max", this, other);

    public Expression Cast(ElementType to) => to == Element || to == ElementType.Undefined ? this : Emitter.Add("Cast", [this], ("to", (long)to));

    /// <summary>The name in the graph; a number becomes a constant of the element type that it meets.</summary>
    internal string NameAmong(ReadOnlySpan<Expression> others, ElementType element) => _name ?? EmitterOf(others).Scalar(_number, element).Name;

    /// <inheritdoc/>
    public override string ToString() => _name ?? _number.ToString(CultureInfo.InvariantCulture);

    private static Emitter EmitterOf(ReadOnlySpan<Expression> inputs)
    {
        foreach (var input in inputs)
        {
            if (input._emitter is { } found)
            {
                return found;
            }
        }

        throw new InvalidOperationException("A rule applied an operator to numbers alone.");
    }
}
